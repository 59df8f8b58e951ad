ALTER TABLE "order_items" DROP CONSTRAINT "order_items_quantity_check";--> statement-breakpoint
ALTER TABLE "order_items" ALTER COLUMN "menu_item_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "menu_items" ADD COLUMN "sale_unit" text DEFAULT 'pcs' NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "sale_unit" text DEFAULT 'pcs' NOT NULL;--> statement-breakpoint
ALTER TABLE "menu_items" ADD CONSTRAINT "menu_items_sale_unit_check" CHECK ("menu_items"."sale_unit" in ('pcs', 'kg', 'g'));--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_sale_unit_check" CHECK ("order_items"."sale_unit" in ('pcs', 'kg', 'g'));--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_quantity_check" CHECK ("order_items"."quantity" between 1 and case "order_items"."sale_unit" when 'pcs' then 999 else 999999 end);