CREATE TABLE "menu_images" (
	"company_id" uuid NOT NULL,
	"name" text NOT NULL,
	"menu_item_id" uuid NOT NULL,
	"content" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "menu_images_company_id_name_pk" PRIMARY KEY("company_id","name"),
	CONSTRAINT "menu_images_item_key" UNIQUE("company_id","menu_item_id")
);
--> statement-breakpoint
ALTER TABLE "menu_items" ADD COLUMN "image" text;--> statement-breakpoint
ALTER TABLE "menu_images" ADD CONSTRAINT "menu_images_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "menu_images" ADD CONSTRAINT "menu_images_company_id_menu_item_id_menu_items_company_id_id_fk" FOREIGN KEY ("company_id","menu_item_id") REFERENCES "public"."menu_items"("company_id","id") ON DELETE cascade ON UPDATE no action;