CREATE TABLE "audit_log" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"company_id" uuid NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"user_id" uuid,
	"branch_id" uuid,
	"action" text NOT NULL,
	"resource" text NOT NULL,
	"resource_id" uuid NOT NULL,
	"order_id" uuid,
	"before" jsonb,
	"after" jsonb,
	"request" text DEFAULT '' NOT NULL,
	"request_id" text DEFAULT '' NOT NULL,
	"device" text DEFAULT '' NOT NULL,
	"address" text DEFAULT '' NOT NULL,
	CONSTRAINT "audit_log_company_id_id_pk" PRIMARY KEY("company_id","id")
);
--> statement-breakpoint
ALTER TABLE "audit_log" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "audit_log_newest_idx" ON "audit_log" USING btree ("company_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_log_resource_idx" ON "audit_log" USING btree ("company_id","resource_id","created_at");--> statement-breakpoint
CREATE INDEX "audit_log_order_idx" ON "audit_log" USING btree ("company_id","order_id");--> statement-breakpoint
CREATE INDEX "audit_log_user_idx" ON "audit_log" USING btree ("company_id","user_id","created_at");--> statement-breakpoint
CREATE POLICY "own_company" ON "audit_log" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("audit_log"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("audit_log"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "audit_log" AS PERMISSIVE FOR ALL TO "cafe_accounts", "cafe_cleaner", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
-- Writes one change of one row into the audit log. Arguments: what the table holds, the column with its id, and columns
-- that are derived and say nothing of what somebody did.
CREATE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	derived text[] := string_to_array('company_id,updated_at,version,token_version,' || TG_ARGV[2], ',');
	old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
	new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
	this jsonb := coalesce(new_row, old_row);
	owner_id uuid := CASE WHEN TG_TABLE_NAME = 'companies' THEN this->>'id' ELSE this->>'company_id' END;
	its_branch uuid := this->>'branch_id';
	acting jsonb := coalesce(nullif(current_setting('cafe.acting', true), ''), '{}');
	was jsonb := old_row - derived;
	became jsonb := new_row - derived;
	what_was jsonb := was;
	what_became jsonb := became;
BEGIN
	IF owner_id IS NULL THEN RETURN NULL; END IF;
	IF TG_OP = 'UPDATE' THEN
		SELECT jsonb_object_agg(key, value) INTO what_was FROM jsonb_each(was) WHERE value IS DISTINCT FROM became->key;
		SELECT jsonb_object_agg(key, value) INTO what_became FROM jsonb_each(became) WHERE value IS DISTINCT FROM was->key;
		IF what_became IS NULL THEN RETURN NULL; END IF;
	END IF;
	IF what_was ? 'password_hash' THEN what_was := what_was - 'password_hash' || '{"password":"***"}'; END IF;
	IF what_became ? 'password_hash' THEN what_became := what_became - 'password_hash' || '{"password":"***"}'; END IF;
	IF TG_TABLE_NAME = 'order_items' THEN
		SELECT branch_id INTO its_branch FROM orders WHERE company_id = owner_id AND id = (this->>'order_id')::uuid;
	END IF;
	INSERT INTO audit_log (company_id, user_id, branch_id, action, resource, resource_id, order_id, before, after, request, request_id, device, address)
	VALUES (
		owner_id,
		(acting->>'userId')::uuid,
		its_branch,
		CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'update' ELSE 'delete' END,
		TG_ARGV[0],
		(this->>TG_ARGV[1])::uuid,
		(this->>'order_id')::uuid,
		what_was,
		what_became,
		coalesce(acting->>'request', ''),
		coalesce(acting->>'requestId', ''),
		coalesce(acting->>'device', ''),
		coalesce(acting->>'address', '')
	);
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF OLD.created_at < now() - interval '30 days' THEN RETURN OLD; END IF;
	END IF;
	RAISE EXCEPTION 'the audit log is only added to';
END $$;--> statement-breakpoint
CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_stays();--> statement-breakpoint
CREATE TRIGGER audit_log_stays_whole BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit_log_stays();
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON companies FOR EACH ROW EXECUTE FUNCTION audit_change('company', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON branches FOR EACH ROW EXECUTE FUNCTION audit_change('branch', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION audit_change('employee', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON user_branches FOR EACH ROW EXECUTE FUNCTION audit_change('employee_branch', 'user_id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON zones FOR EACH ROW EXECUTE FUNCTION audit_change('zone', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON tables FOR EACH ROW EXECUTE FUNCTION audit_change('table', 'id', 'status');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON categories FOR EACH ROW EXECUTE FUNCTION audit_change('category', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON kitchens FOR EACH ROW EXECUTE FUNCTION audit_change('kitchen', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON menu_items FOR EACH ROW EXECUTE FUNCTION audit_change('menu_item', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON menu_stops FOR EACH ROW EXECUTE FUNCTION audit_change('stop', 'menu_item_id', 'id,portions_left');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON clients FOR EACH ROW EXECUTE FUNCTION audit_change('client', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON bookings FOR EACH ROW EXECUTE FUNCTION audit_change('booking', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION audit_change('order', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON order_items FOR EACH ROW EXECUTE FUNCTION audit_change('order_item', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON payments FOR EACH ROW EXECUTE FUNCTION audit_change('payment', 'id', '');
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION audit_change('refund', 'id', '');
