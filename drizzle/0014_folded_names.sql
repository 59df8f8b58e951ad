-- A text in the form in which texts are compared, in searches and where names are unique: Unicode's compatibility form,
-- small letters, no accents (é is e, ё is е; й and ў are letters of their own and stay), nothing invisible, single blanks.
-- It depends on no locale of the database: lower() of the locale C knows no Cyrillic, so ICU's is named.
CREATE FUNCTION folded(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(
	normalize(
		regexp_replace(
			translate(lower(normalize(given, NFKD) COLLATE "und-x-icu") COLLATE "C", 'ς', 'σ'),
			'([иу]\u0306)|[\u0001-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u0300-\u036F\u0483-\u0489\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u1AB0-\u1AFF\u1DC0-\u1DFF\u200B-\u200F\u202A-\u202E\u2060-\u206F\u20D0-\u20FF\u3164\uFE00-\uFE0F\uFE20-\uFE2F\uFEFF\uFFA0\uFFF0-\uFFFB\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
			'\1', 'g'
		),
		NFC
	),
	'[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000]+', ' ', 'g'
));
--> statement-breakpoint
ALTER TABLE "branches" DROP CONSTRAINT "branches_name_key";
--> statement-breakpoint
ALTER TABLE "categories" DROP CONSTRAINT "categories_title_key";
--> statement-breakpoint
ALTER TABLE "custom_roles" DROP CONSTRAINT "custom_roles_name_key";
--> statement-breakpoint
ALTER TABLE "menu_items" DROP CONSTRAINT "menu_items_title_key";
--> statement-breakpoint
ALTER TABLE "zones" DROP CONSTRAINT "zones_title_key";
--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "folded" text GENERATED ALWAYS AS (left(folded("guest"), 500)) STORED;
--> statement-breakpoint
ALTER TABLE "branches" ADD COLUMN "folded" text GENERATED ALWAYS AS (left(folded("name"), 500)) STORED;
--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "folded" text GENERATED ALWAYS AS (left(folded("title"), 500)) STORED;
--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "folded" text GENERATED ALWAYS AS (left(folded("name"), 500)) STORED;
--> statement-breakpoint
ALTER TABLE "custom_roles" ADD COLUMN "folded" text GENERATED ALWAYS AS (left(folded("name"), 500)) STORED;
--> statement-breakpoint
ALTER TABLE "menu_items" ADD COLUMN "folded" text GENERATED ALWAYS AS (left(folded("title"), 500)) STORED;
--> statement-breakpoint
ALTER TABLE "zones" ADD COLUMN "folded" text GENERATED ALWAYS AS (left(folded("title"), 500)) STORED;
--> statement-breakpoint
-- The audit log tells of names, not of what they are compared by.
CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON branches FOR EACH ROW EXECUTE FUNCTION audit_change('branch', 'id', 'folded');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON custom_roles FOR EACH ROW EXECUTE FUNCTION audit_change('role', 'id', 'folded');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON zones FOR EACH ROW EXECUTE FUNCTION audit_change('zone', 'id', 'folded');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON categories FOR EACH ROW EXECUTE FUNCTION audit_change('category', 'id', 'folded');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON menu_items FOR EACH ROW EXECUTE FUNCTION audit_change('menu_item', 'id', 'folded');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON clients FOR EACH ROW EXECUTE FUNCTION audit_change('client', 'id', 'folded');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON bookings FOR EACH ROW EXECUTE FUNCTION audit_change('booking', 'id', 'folded');
--> statement-breakpoint
-- Names that were two and are one now: the older row keeps its name, the others get a number. The audit log and
-- PostgreSQL's own log say which.
GRANT SELECT, UPDATE ON "branches", "custom_roles", "zones", "categories", "menu_items" TO cafe_upkeep;
--> statement-breakpoint
GRANT INSERT ON "audit_log" TO cafe_upkeep;
--> statement-breakpoint
SET LOCAL ROLE cafe_upkeep;
--> statement-breakpoint
DO $$
DECLARE
	kind record;
	twin record;
	number integer;
	fresh text;
	is_taken boolean;
BEGIN
	FOR kind IN SELECT * FROM (VALUES
		('branches', 'name', 'NULL::uuid', 128),
		('custom_roles', 'name', 'NULL::uuid', 64),
		('zones', 'title', 'branch_id', 100),
		('categories', 'title', 'NULL::uuid', 100),
		('menu_items', 'title', 'category_id', 255)
	) AS kinds (its_table, its_name, place, longest)
	LOOP
		FOR twin IN EXECUTE format(
			'SELECT company_id, id, name, place FROM (
				SELECT company_id, id, %2$I AS name, %3$s AS place,
					row_number() OVER (PARTITION BY company_id, %3$s, folded ORDER BY created_at, id) AS turn
				FROM %1$I
			) AS named WHERE turn > 1 ORDER BY company_id, turn, id', kind.its_table, kind.its_name, kind.place)
		LOOP
			number := 1;
			LOOP
				number := number + 1;
				fresh := left(twin.name, kind.longest - 8) || ' (' || number || ')';
				EXECUTE format(
					'SELECT EXISTS (SELECT 1 FROM %I WHERE company_id = $1 AND %s IS NOT DISTINCT FROM $2 AND folded = left(folded($3), 500))',
					kind.its_table, kind.place) INTO is_taken USING twin.company_id, twin.place, fresh;
				EXIT WHEN NOT is_taken;
			END LOOP;
			EXECUTE format('UPDATE %I SET %I = $1, updated_at = now() WHERE company_id = $2 AND id = $3', kind.its_table, kind.its_name)
				USING fresh, twin.company_id, twin.id;
			RAISE WARNING '% % of company %: «%» is called «%» now, for another has the same name', kind.its_table, twin.id, twin.company_id, twin.name, fresh;
		END LOOP;
	END LOOP;
END $$;
--> statement-breakpoint
RESET ROLE;
--> statement-breakpoint
ALTER TABLE "branches" ADD CONSTRAINT "branches_name_key" UNIQUE("company_id","folded");
--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_title_key" UNIQUE("company_id","folded");
--> statement-breakpoint
ALTER TABLE "custom_roles" ADD CONSTRAINT "custom_roles_name_key" UNIQUE("company_id","folded");
--> statement-breakpoint
ALTER TABLE "menu_items" ADD CONSTRAINT "menu_items_title_key" UNIQUE("company_id","category_id","folded");
--> statement-breakpoint
ALTER TABLE "zones" ADD CONSTRAINT "zones_title_key" UNIQUE NULLS NOT DISTINCT("company_id","branch_id","folded");
--> statement-breakpoint
DROP INDEX "clients_phone_key";--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "phone_typed" text;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "phone_extension" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "branches" ADD COLUMN "country" text;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "phone_typed" text;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "phone_extension" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "clients_phone_key" ON "clients" USING btree ("company_id","phone","phone_extension") WHERE "clients"."phone" <> '';