CREATE TABLE "money_requests" (
	"company_id" uuid NOT NULL,
	"key" text NOT NULL,
	"order_id" uuid NOT NULL,
	"request" text NOT NULL,
	"answer" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "money_requests_company_id_key_pk" PRIMARY KEY("company_id","key"),
	CONSTRAINT "money_requests_key_check" CHECK (char_length("money_requests"."key") between 1 and 255)
);
--> statement-breakpoint
CREATE TABLE "order_archive" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"number" integer NOT NULL,
	"business_day" date NOT NULL,
	"table_id" uuid,
	"table_number" integer,
	"zone_id" uuid,
	"zone_title" text,
	"client_id" uuid,
	"client_name" text NOT NULL,
	"waiter_id" uuid,
	"waiter_label" text NOT NULL,
	"guests" integer NOT NULL,
	"status" text NOT NULL,
	"is_paid" boolean NOT NULL,
	"paid_at" timestamp (3) with time zone,
	"payment_method" text NOT NULL,
	"total_amount" numeric(12, 2) NOT NULL,
	"discount_amount" numeric(12, 2) NOT NULL,
	"paid_amount" numeric(12, 2) NOT NULL,
	"refunded_amount" numeric(12, 2) NOT NULL,
	"note" text NOT NULL,
	"lines" jsonb NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"canceled_at" timestamp (3) with time zone,
	"canceled_by" uuid,
	"deleted_at" timestamp (3) with time zone,
	"merged_into" uuid,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"archived_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "order_archive_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "order_archive_status_check" CHECK ("order_archive"."status" in ('open', 'closed', 'cancelled')),
	CONSTRAINT "order_archive_payment_method_check" CHECK ("order_archive"."payment_method" in ('', 'cash', 'card', 'transfer', 'debt', 'split')),
	CONSTRAINT "order_archive_discount_amount_check" CHECK ("order_archive"."discount_amount" between 0 and "order_archive"."total_amount"),
	CONSTRAINT "order_archive_paid_amount_check" CHECK ("order_archive"."paid_amount" between 0 and "order_archive"."total_amount" - "order_archive"."discount_amount"),
	CONSTRAINT "order_archive_refunded_amount_check" CHECK ("order_archive"."refunded_amount" between 0 and "order_archive"."paid_amount"),
	CONSTRAINT "order_archive_merged_into_check" CHECK ("order_archive"."merged_into" is null or "order_archive"."deleted_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"order_id" uuid NOT NULL,
	"method" text NOT NULL,
	"amount" numeric(12, 2) NOT NULL,
	"received_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "payments_method_check" CHECK ("payments"."method" in ('cash', 'card', 'transfer')),
	CONSTRAINT "payments_amount_check" CHECK ("payments"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"order_id" uuid NOT NULL,
	"method" text NOT NULL,
	"amount" numeric(12, 2) NOT NULL,
	"order_item_id" uuid,
	"quantity" integer,
	"reason" text DEFAULT '' NOT NULL,
	"refunded_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "refunds_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "refunds_method_check" CHECK ("refunds"."method" in ('cash', 'card', 'transfer')),
	CONSTRAINT "refunds_amount_check" CHECK ("refunds"."amount" > 0 or ("refunds"."amount" = 0 and "refunds"."order_item_id" is not null)),
	CONSTRAINT "refunds_order_item_check" CHECK (("refunds"."order_item_id" is null) = ("refunds"."quantity" is null)),
	CONSTRAINT "refunds_quantity_check" CHECK ("refunds"."quantity" >= 1)
);
--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ADD COLUMN "acknowledged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "paid_amount" numeric(12, 2) DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "refunded_amount" numeric(12, 2) DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "money_requests" ADD CONSTRAINT "money_requests_company_id_order_id_order_archive_company_id_id_fk" FOREIGN KEY ("company_id","order_id") REFERENCES "public"."order_archive"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_archive" ADD CONSTRAINT "order_archive_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_archive" ADD CONSTRAINT "order_archive_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_company_id_order_id_order_archive_company_id_id_fk" FOREIGN KEY ("company_id","order_id") REFERENCES "public"."order_archive"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_company_id_received_by_users_company_id_id_fk" FOREIGN KEY ("company_id","received_by") REFERENCES "public"."users"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_company_id_order_id_order_archive_company_id_id_fk" FOREIGN KEY ("company_id","order_id") REFERENCES "public"."order_archive"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_company_id_refunded_by_users_company_id_id_fk" FOREIGN KEY ("company_id","refunded_by") REFERENCES "public"."users"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_archive_newest_idx" ON "order_archive" USING btree ("company_id","branch_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "order_archive_client_idx" ON "order_archive" USING btree ("company_id","client_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "order_archive_day_idx" ON "order_archive" USING btree ("company_id","branch_id","business_day","number");--> statement-breakpoint
CREATE INDEX "payments_order_idx" ON "payments" USING btree ("company_id","order_id");--> statement-breakpoint
CREATE INDEX "payments_newest_idx" ON "payments" USING btree ("company_id","branch_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "refunds_order_idx" ON "refunds" USING btree ("company_id","order_id");--> statement-breakpoint
CREATE INDEX "refunds_newest_idx" ON "refunds" USING btree ("company_id","branch_id","created_at" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ADD CONSTRAINT "kitchen_tasks_acknowledged_at_check" CHECK ("kitchen_tasks"."acknowledged_at" is null or "kitchen_tasks"."status" = 'cancelled');--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_paid_amount_check" CHECK ("orders"."paid_amount" between 0 and "orders"."total_amount" - "orders"."discount_amount");--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_refunded_amount_check" CHECK ("orders"."refunded_amount" between 0 and "orders"."paid_amount");--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_is_paid_check" CHECK ("orders"."is_paid" = ("orders"."payment_method" <> '' and "orders"."paid_amount" = "orders"."total_amount" - "orders"."discount_amount"));--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_paid_at_check" CHECK ("orders"."is_paid" = ("orders"."paid_at" is not null));--> statement-breakpoint
-- bills of orders that were finished before bills were kept
INSERT INTO "order_archive" (
	"id", "company_id", "branch_id", "number", "business_day", "table_id", "table_number", "zone_id", "zone_title",
	"client_id", "client_name", "waiter_id", "waiter_label", "guests", "status", "is_paid", "paid_at", "payment_method",
	"total_amount", "discount_amount", "paid_amount", "refunded_amount", "note", "lines", "closed_at", "canceled_at",
	"canceled_by", "version", "created_at", "updated_at", "archived_at"
)
SELECT
	o."id", o."company_id", o."branch_id", o."number", o."business_day", o."table_id", t."number", z."id", z."title",
	o."client_id", coalesce(c."name", ''), o."waiter_id",
	coalesce(nullif(trim(u."first_name" || ' ' || u."last_name"), ''), u."email", ''),
	o."guests", o."status", o."is_paid", o."paid_at", o."payment_method",
	o."total_amount", o."discount_amount", o."paid_amount", o."refunded_amount", o."note",
	coalesce((
		SELECT jsonb_agg(jsonb_build_object(
			'id', i."id", 'menuItemId', i."menu_item_id", 'title', i."title",
			'price', (i."price" * 100)::bigint, 'quantity', i."quantity", 'note', i."note"
		) ORDER BY i."position")
		FROM "order_items" i
		WHERE i."company_id" = o."company_id" AND i."order_id" = o."id" AND i."removed_at" IS NULL
	), '[]'::jsonb),
	o."closed_at", o."canceled_at", o."canceled_by", o."version", o."created_at", o."updated_at", now()
FROM "orders" o
LEFT JOIN "tables" t ON t."company_id" = o."company_id" AND t."id" = o."table_id"
LEFT JOIN "zones" z ON z."company_id" = t."company_id" AND z."id" = t."zone_id"
LEFT JOIN "clients" c ON c."company_id" = o."company_id" AND c."id" = o."client_id"
LEFT JOIN "users" u ON u."company_id" = o."company_id" AND u."id" = o."waiter_id"
WHERE o."status" <> 'open';
