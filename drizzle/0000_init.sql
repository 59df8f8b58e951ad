CREATE TABLE "branches" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"name" text NOT NULL,
	"code" text DEFAULT '' NOT NULL,
	"address" text DEFAULT '' NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"email" text DEFAULT '' NOT NULL,
	"timezone" text,
	"day_start_minutes" smallint DEFAULT 0 NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "branches_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "branches_name_key" UNIQUE("company_id","name"),
	CONSTRAINT "branches_day_start_minutes_check" CHECK ("branches"."day_start_minutes" between 0 and 1439)
);
--> statement-breakpoint
CREATE TABLE "categories" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"title" text NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "categories_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "categories_title_key" UNIQUE("company_id","title"),
	CONSTRAINT "categories_title_check" CHECK (char_length("categories"."title") between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"name" text NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"notes" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "clients_company_id_id_pk" PRIMARY KEY("company_id","id")
);
--> statement-breakpoint
CREATE TABLE "companies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"language" text,
	"timezone" text DEFAULT 'Asia/Bishkek' NOT NULL,
	"start_date" date DEFAULT now() NOT NULL,
	"end_date" date DEFAULT '2099-12-31' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "companies_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "epoch" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"epoch" text NOT NULL,
	CONSTRAINT "epoch_one_check" CHECK ("epoch"."one")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"company_id" uuid NOT NULL,
	"stream_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"id" uuid NOT NULL,
	"type" text NOT NULL,
	"groups" smallint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"data" text NOT NULL,
	CONSTRAINT "events_company_id_stream_id_seq_pk" PRIMARY KEY("company_id","stream_id","seq"),
	CONSTRAINT "events_seq_check" CHECK ("events"."seq" >= 1)
);
--> statement-breakpoint
CREATE TABLE "kitchen_tasks" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"order_id" uuid NOT NULL,
	"order_item_id" uuid NOT NULL,
	"menu_item_id" uuid NOT NULL,
	"kitchen_id" uuid,
	"unit_index" integer NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"cook_id" uuid,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "kitchen_tasks_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "kitchen_tasks_unit_index_check" CHECK ("kitchen_tasks"."unit_index" >= 1),
	CONSTRAINT "kitchen_tasks_status_check" CHECK ("kitchen_tasks"."status" in ('pending', 'in_progress', 'ready', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "kitchens" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"title" text NOT NULL,
	"number" integer NOT NULL,
	"printer" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "kitchens_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "kitchens_number_key" UNIQUE("company_id","number"),
	CONSTRAINT "kitchens_number_check" CHECK ("kitchens"."number" >= 1)
);
--> statement-breakpoint
CREATE TABLE "menu_items" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"category_id" uuid NOT NULL,
	"kitchen_id" uuid,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"price" numeric(12, 2) NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "menu_items_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "menu_items_title_key" UNIQUE("company_id","category_id","title"),
	CONSTRAINT "menu_items_price_check" CHECK ("menu_items"."price" >= 0)
);
--> statement-breakpoint
CREATE TABLE "menu_stops" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"menu_item_id" uuid NOT NULL,
	"stopped" boolean DEFAULT false NOT NULL,
	"portions_left" integer,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "menu_stops_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "menu_stops_item_key" UNIQUE NULLS NOT DISTINCT("company_id","branch_id","menu_item_id"),
	CONSTRAINT "menu_stops_portions_left_check" CHECK ("menu_stops"."portions_left" >= 0)
);
--> statement-breakpoint
CREATE TABLE "order_items" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"menu_item_id" uuid NOT NULL,
	"title" text NOT NULL,
	"price" numeric(12, 2) NOT NULL,
	"quantity" integer NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"position" integer NOT NULL,
	"removed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "order_items_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "order_items_quantity_check" CHECK ("order_items"."quantity" between 1 and 999),
	CONSTRAINT "order_items_price_check" CHECK ("order_items"."price" >= 0)
);
--> statement-breakpoint
CREATE TABLE "order_numbers" (
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"business_day" date NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "order_numbers_key" UNIQUE NULLS NOT DISTINCT("company_id","branch_id","business_day")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"number" integer NOT NULL,
	"business_day" date NOT NULL,
	"table_id" uuid,
	"client_id" uuid,
	"waiter_id" uuid,
	"guests" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"is_paid" boolean DEFAULT false NOT NULL,
	"paid_at" timestamp (3) with time zone,
	"payment_method" text DEFAULT '' NOT NULL,
	"total_amount" numeric(12, 2) NOT NULL,
	"discount_amount" numeric(12, 2) NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"canceled_at" timestamp (3) with time zone,
	"canceled_by" uuid,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "orders_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "orders_number_key" UNIQUE NULLS NOT DISTINCT("company_id","branch_id","business_day","number"),
	CONSTRAINT "orders_guests_check" CHECK ("orders"."guests" between 1 and 999),
	CONSTRAINT "orders_status_check" CHECK ("orders"."status" in ('open', 'closed', 'cancelled')),
	CONSTRAINT "orders_payment_method_check" CHECK ("orders"."payment_method" in ('', 'cash', 'card', 'transfer', 'debt', 'split')),
	CONSTRAINT "orders_total_amount_check" CHECK ("orders"."total_amount" >= 0),
	CONSTRAINT "orders_discount_amount_check" CHECK ("orders"."discount_amount" between 0 and "orders"."total_amount")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "streams" (
	"company_id" uuid NOT NULL,
	"stream_id" uuid NOT NULL,
	"head" bigint NOT NULL,
	CONSTRAINT "streams_company_id_stream_id_pk" PRIMARY KEY("company_id","stream_id"),
	CONSTRAINT "streams_head_check" CHECK ("streams"."head" >= 0)
);
--> statement-breakpoint
CREATE TABLE "tables" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"zone_id" uuid,
	"number" integer NOT NULL,
	"places" integer DEFAULT 4 NOT NULL,
	"status" text DEFAULT 'free' NOT NULL,
	"x" integer DEFAULT 0 NOT NULL,
	"y" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tables_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "tables_number_key" UNIQUE NULLS NOT DISTINCT("company_id","branch_id","number"),
	CONSTRAINT "tables_number_check" CHECK ("tables"."number" >= 1),
	CONSTRAINT "tables_places_check" CHECK ("tables"."places" >= 1),
	CONSTRAINT "tables_status_check" CHECK ("tables"."status" in ('free', 'busy'))
);
--> statement-breakpoint
CREATE TABLE "user_branches" (
	"company_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"branch_id" uuid NOT NULL,
	"is_primary" boolean DEFAULT false NOT NULL,
	CONSTRAINT "user_branches_company_id_user_id_branch_id_pk" PRIMARY KEY("company_id","user_id","branch_id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"company_id" uuid,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"first_name" text DEFAULT '' NOT NULL,
	"last_name" text DEFAULT '' NOT NULL,
	"phone_number" text DEFAULT '' NOT NULL,
	"avatar" text,
	"language" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"token_version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email"),
	CONSTRAINT "users_company_id_id_key" UNIQUE("company_id","id"),
	CONSTRAINT "users_role_check" CHECK ("users"."role" in ('owner', 'admin', 'waiter', 'cook', 'cashier')),
	CONSTRAINT "users_email_check" CHECK ("users"."email" = lower("users"."email"))
);
--> statement-breakpoint
CREATE TABLE "zones" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"title" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "zones_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "zones_title_key" UNIQUE NULLS NOT DISTINCT("company_id","branch_id","title")
);
--> statement-breakpoint
ALTER TABLE "branches" ADD CONSTRAINT "branches_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clients" ADD CONSTRAINT "clients_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_company_id_stream_id_streams_company_id_stream_id_fk" FOREIGN KEY ("company_id","stream_id") REFERENCES "public"."streams"("company_id","stream_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ADD CONSTRAINT "kitchen_tasks_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ADD CONSTRAINT "kitchen_tasks_company_id_order_id_orders_company_id_id_fk" FOREIGN KEY ("company_id","order_id") REFERENCES "public"."orders"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ADD CONSTRAINT "kitchen_tasks_company_id_order_item_id_order_items_company_id_id_fk" FOREIGN KEY ("company_id","order_item_id") REFERENCES "public"."order_items"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ADD CONSTRAINT "kitchen_tasks_company_id_menu_item_id_menu_items_company_id_id_fk" FOREIGN KEY ("company_id","menu_item_id") REFERENCES "public"."menu_items"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ADD CONSTRAINT "kitchen_tasks_company_id_kitchen_id_kitchens_company_id_id_fk" FOREIGN KEY ("company_id","kitchen_id") REFERENCES "public"."kitchens"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ADD CONSTRAINT "kitchen_tasks_company_id_cook_id_users_company_id_id_fk" FOREIGN KEY ("company_id","cook_id") REFERENCES "public"."users"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kitchens" ADD CONSTRAINT "kitchens_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "menu_items" ADD CONSTRAINT "menu_items_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "menu_items" ADD CONSTRAINT "menu_items_company_id_category_id_categories_company_id_id_fk" FOREIGN KEY ("company_id","category_id") REFERENCES "public"."categories"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "menu_items" ADD CONSTRAINT "menu_items_company_id_kitchen_id_kitchens_company_id_id_fk" FOREIGN KEY ("company_id","kitchen_id") REFERENCES "public"."kitchens"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "menu_stops" ADD CONSTRAINT "menu_stops_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "menu_stops" ADD CONSTRAINT "menu_stops_company_id_menu_item_id_menu_items_company_id_id_fk" FOREIGN KEY ("company_id","menu_item_id") REFERENCES "public"."menu_items"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_company_id_order_id_orders_company_id_id_fk" FOREIGN KEY ("company_id","order_id") REFERENCES "public"."orders"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_company_id_menu_item_id_menu_items_company_id_id_fk" FOREIGN KEY ("company_id","menu_item_id") REFERENCES "public"."menu_items"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_numbers" ADD CONSTRAINT "order_numbers_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_numbers" ADD CONSTRAINT "order_numbers_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_company_id_table_id_tables_company_id_id_fk" FOREIGN KEY ("company_id","table_id") REFERENCES "public"."tables"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_company_id_client_id_clients_company_id_id_fk" FOREIGN KEY ("company_id","client_id") REFERENCES "public"."clients"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_company_id_waiter_id_users_company_id_id_fk" FOREIGN KEY ("company_id","waiter_id") REFERENCES "public"."users"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_company_id_canceled_by_users_company_id_id_fk" FOREIGN KEY ("company_id","canceled_by") REFERENCES "public"."users"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "streams" ADD CONSTRAINT "streams_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tables" ADD CONSTRAINT "tables_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tables" ADD CONSTRAINT "tables_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tables" ADD CONSTRAINT "tables_company_id_zone_id_zones_company_id_id_fk" FOREIGN KEY ("company_id","zone_id") REFERENCES "public"."zones"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_branches" ADD CONSTRAINT "user_branches_company_id_user_id_users_company_id_id_fk" FOREIGN KEY ("company_id","user_id") REFERENCES "public"."users"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_branches" ADD CONSTRAINT "user_branches_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "zones" ADD CONSTRAINT "zones_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "zones" ADD CONSTRAINT "zones_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "clients_phone_key" ON "clients" USING btree ("company_id","phone") WHERE "clients"."phone" <> '';--> statement-breakpoint
CREATE UNIQUE INDEX "kitchen_tasks_unit_key" ON "kitchen_tasks" USING btree ("company_id","order_item_id","unit_index") WHERE "kitchen_tasks"."status" <> 'cancelled';--> statement-breakpoint
CREATE INDEX "kitchen_tasks_order_idx" ON "kitchen_tasks" USING btree ("company_id","order_id");--> statement-breakpoint
CREATE INDEX "kitchen_tasks_board_idx" ON "kitchen_tasks" USING btree ("company_id","branch_id","created_at") WHERE "kitchen_tasks"."status" in ('pending', 'in_progress');--> statement-breakpoint
CREATE INDEX "kitchen_tasks_menu_item_idx" ON "kitchen_tasks" USING btree ("company_id","menu_item_id");--> statement-breakpoint
CREATE INDEX "menu_items_kitchen_idx" ON "menu_items" USING btree ("company_id","kitchen_id");--> statement-breakpoint
CREATE INDEX "order_items_order_idx" ON "order_items" USING btree ("company_id","order_id");--> statement-breakpoint
CREATE INDEX "order_items_menu_item_idx" ON "order_items" USING btree ("company_id","menu_item_id");--> statement-breakpoint
CREATE INDEX "orders_newest_idx" ON "orders" USING btree ("company_id","branch_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "orders_open_idx" ON "orders" USING btree ("company_id","table_id") WHERE "orders"."status" = 'open';--> statement-breakpoint
CREATE INDEX "orders_table_idx" ON "orders" USING btree ("company_id","table_id");--> statement-breakpoint
CREATE INDEX "orders_client_idx" ON "orders" USING btree ("company_id","client_id");--> statement-breakpoint
CREATE INDEX "orders_waiter_idx" ON "orders" USING btree ("company_id","waiter_id");--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "tables_zone_idx" ON "tables" USING btree ("company_id","zone_id");--> statement-breakpoint
CREATE UNIQUE INDEX "user_branches_primary_key" ON "user_branches" USING btree ("company_id","user_id") WHERE "user_branches"."is_primary";