ALTER TABLE "bookings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "branches" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "categories" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "clients" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "companies" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "kitchen_tasks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "kitchens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "menu_images" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "menu_items" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "menu_stops" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "money_requests" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "notifications" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "order_archive" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "order_items" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "order_numbers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "order_readings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "orders" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "payments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "refunds" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "streams" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tables" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "user_branches" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "zones" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "own_company" ON "bookings" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("bookings"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("bookings"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "bookings" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "branches" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("branches"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("branches"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "branches" AS PERMISSIVE FOR ALL TO "cafe_accounts", "cafe_log", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "categories" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("categories"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("categories"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "categories" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "clients" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("clients"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("clients"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "clients" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "companies" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("companies"."id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("companies"."id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "companies" AS PERMISSIVE FOR ALL TO "cafe_accounts", "cafe_cleaner", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "events" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("events"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("events"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "events" AS PERMISSIVE FOR ALL TO "cafe_cleaner", "cafe_log", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "idempotency_keys" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("idempotency_keys"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("idempotency_keys"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "idempotency_keys" AS PERMISSIVE FOR ALL TO "cafe_cleaner", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "kitchen_tasks" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("kitchen_tasks"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("kitchen_tasks"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "kitchen_tasks" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "kitchens" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("kitchens"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("kitchens"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "kitchens" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "menu_images" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("menu_images"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("menu_images"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "menu_images" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "menu_items" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("menu_items"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("menu_items"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "menu_items" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "menu_stops" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("menu_stops"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("menu_stops"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "menu_stops" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "money_requests" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("money_requests"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("money_requests"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "money_requests" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "notifications" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("notifications"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("notifications"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "notifications" AS PERMISSIVE FOR ALL TO "cafe_cleaner", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "order_archive" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("order_archive"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("order_archive"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "order_archive" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "order_items" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("order_items"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("order_items"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "order_items" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "order_numbers" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("order_numbers"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("order_numbers"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "order_numbers" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "order_readings" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("order_readings"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("order_readings"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "order_readings" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "orders" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("orders"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("orders"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "orders" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "payments" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("payments"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("payments"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "payments" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "refunds" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("refunds"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("refunds"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "refunds" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "sessions" AS PERMISSIVE FOR ALL TO "cafe_company" USING (exists (select 1 from users where users.id = "sessions"."user_id" and users.company_id = (select nullif(current_setting('cafe.company_id', true), '')::uuid))) WITH CHECK (exists (select 1 from users where users.id = "sessions"."user_id" and users.company_id = (select nullif(current_setting('cafe.company_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "all_companies" ON "sessions" AS PERMISSIVE FOR ALL TO "cafe_accounts", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "streams" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("streams"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("streams"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "streams" AS PERMISSIVE FOR ALL TO "cafe_cleaner", "cafe_log", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "tables" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("tables"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("tables"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "tables" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "user_branches" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("user_branches"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("user_branches"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "user_branches" AS PERMISSIVE FOR ALL TO "cafe_accounts", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "users" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("users"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("users"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "users" AS PERMISSIVE FOR ALL TO "cafe_accounts", "cafe_upkeep" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_company" ON "zones" AS PERMISSIVE FOR ALL TO "cafe_company" USING ("zones"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid)) WITH CHECK ("zones"."company_id" = (select nullif(current_setting('cafe.company_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "all_companies" ON "zones" AS PERMISSIVE FOR ALL TO "cafe_upkeep" USING (true) WITH CHECK (true);