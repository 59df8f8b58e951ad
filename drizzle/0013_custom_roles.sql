CREATE TABLE "custom_roles" (
	"id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "custom_roles_company_id_id_pk" PRIMARY KEY("company_id","id"),
	CONSTRAINT "custom_roles_name_key" UNIQUE("company_id","name"),
	CONSTRAINT "custom_roles_role_check" CHECK ("custom_roles"."role" in ('owner', 'admin', 'waiter', 'cook', 'cashier'))
);
--> statement-breakpoint
ALTER TABLE "custom_roles" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "custom_role_id" uuid;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "access" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "custom_roles" ADD CONSTRAINT "custom_roles_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_company_id_custom_role_id_custom_roles_company_id_id_fk" FOREIGN KEY ("company_id","custom_role_id") REFERENCES "public"."custom_roles"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "users_custom_role_idx" ON "users" USING btree ("company_id","custom_role_id");--> statement-breakpoint
CREATE POLICY "own_company" ON "custom_roles" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("custom_roles"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("custom_roles"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "custom_roles" AS PERMISSIVE FOR ALL TO "cafe_accounts", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON custom_roles FOR EACH ROW EXECUTE FUNCTION audit_change('role', 'id', '');
