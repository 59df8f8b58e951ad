ALTER TABLE "companies" ADD COLUMN "waiter_discount_limit" smallint DEFAULT 10 NOT NULL;--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "cashier_discount_limit" smallint DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_archive" ADD COLUMN "discount_reason" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "discount_reason" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "companies" ADD CONSTRAINT "companies_waiter_discount_limit_check" CHECK ("companies"."waiter_discount_limit" between 0 and 100);--> statement-breakpoint
ALTER TABLE "companies" ADD CONSTRAINT "companies_cashier_discount_limit_check" CHECK ("companies"."cashier_discount_limit" between 0 and 100);