DROP INDEX "bookings_slot_key";--> statement-breakpoint
DROP INDEX "bookings_table_idx";--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "gone_table_number" integer;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "duration_minutes" smallint DEFAULT 120 NOT NULL;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "double_booked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "branches" ADD COLUMN "booking_minutes" smallint DEFAULT 120 NOT NULL;--> statement-breakpoint
CREATE INDEX "bookings_table_idx" ON "bookings" USING btree ("company_id","table_id","date");--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_duration_minutes_check" CHECK ("bookings"."duration_minutes" between 1 and 1440);--> statement-breakpoint
ALTER TABLE "branches" ADD CONSTRAINT "branches_booking_minutes_check" CHECK ("branches"."booking_minutes" between 1 and 1440);
--> statement-breakpoint
CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON bookings FOR EACH ROW EXECUTE FUNCTION audit_change('booking', 'id', 'folded,double_booked');
--> statement-breakpoint
-- Bookings that stand over an earlier one of their table stay as they are, beside the constraint; the doctor names them.
GRANT SELECT, UPDATE ON "bookings" TO cafe_upkeep;
--> statement-breakpoint
SET LOCAL ROLE cafe_upkeep;
--> statement-breakpoint
DO $$
DECLARE
	this record;
	place text;
	until timestamp;
BEGIN
	FOR this IN
		SELECT company_id, id, concat(company_id, table_id) AS place, date + time AS start FROM bookings
		WHERE table_id IS NOT NULL AND status IN ('booked', 'arrived')
		ORDER BY company_id, table_id, start, created_at, id
	LOOP
		IF this.place = place AND this.start < until THEN
			UPDATE bookings SET double_booked = true WHERE company_id = this.company_id AND id = this.id;
		ELSE
			place := this.place;
			until := this.start + interval '120 minutes';
		END IF;
	END LOOP;
END $$;
--> statement-breakpoint
RESET ROLE;
--> statement-breakpoint
-- GiST compares no uuids without the extension btree_gist, and ranges of them it does.
CREATE TYPE uuid_range AS RANGE (subtype = uuid);
--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_no_overlap" EXCLUDE USING gist (
	tsrange(date + time, date + time + make_interval(mins => duration_minutes)) WITH &&,
	uuid_range(table_id, table_id, '[]') WITH =,
	uuid_range(company_id, company_id, '[]') WITH =
) WHERE (table_id IS NOT NULL AND status IN ('booked', 'arrived') AND NOT double_booked);
