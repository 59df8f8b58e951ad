CREATE TABLE "bookings" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"branch_id" uuid,
	"table_id" uuid,
	"guest" text NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"date" date NOT NULL,
	"time" time(0) NOT NULL,
	"guests" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'booked' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bookings_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "bookings_guests_check" CHECK ("bookings"."guests" between 1 and 999),
	CONSTRAINT "bookings_status_check" CHECK ("bookings"."status" in ('booked', 'arrived', 'no_show', 'cancelled'))
);
--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_company_id_branch_id_branches_company_id_id_fk" FOREIGN KEY ("company_id","branch_id") REFERENCES "public"."branches"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_company_id_table_id_tables_company_id_id_fk" FOREIGN KEY ("company_id","table_id") REFERENCES "public"."tables"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "bookings_slot_key" ON "bookings" USING btree ("company_id","table_id","date","time") WHERE "bookings"."status" in ('booked', 'arrived');--> statement-breakpoint
CREATE INDEX "bookings_day_idx" ON "bookings" USING btree ("company_id","branch_id","date","time");--> statement-breakpoint
CREATE INDEX "bookings_table_idx" ON "bookings" USING btree ("company_id","table_id");