import { accountRows } from './account-rows.ts'
import { cafeRows } from './cafe-rows.ts'
import { orderRows } from './order-rows.ts'
import { open } from './row.ts'
import type { Row } from './row.ts'

/** Every route of the service but HEAD, which goes with GET. A route that is not here fails the test. */
export const rows: Record<string, Row> = {
  'GET /': open,
  'GET /landing.css': open,
  'GET /client.js': open,
  'GET /landing.js': open,
  'GET /events.css': open,
  'GET /events.js': open,
  'GET /favicon.svg': open,
  'GET /api/openapi.json': open,
  'GET /api/docs': open,
  'GET /api/docs/events/': open,
  'GET /api/asyncapi.json': open,
  'GET /api/docs/json': open,
  'GET /api/docs/yaml': open,
  'GET /api/docs/static/*': open,
  'GET /api/docs/static/index.html': open,
  'GET /api/docs/static/swagger-initializer.js': open,
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': open,
  // sockets say who they are after the upgrade: see the tests of the handshake
  'GET /ws/cafe/orders/': open,
  'GET /ws/cafe/tables/': open,
  'GET /ws/cafe/kitchen/': open,
  'GET /ws/notifications/': open,

  ...accountRows,
  ...cafeRows,
  ...orderRows,
}
