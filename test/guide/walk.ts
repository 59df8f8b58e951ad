import { visit } from './cafe.ts'
import type { Target, Walk } from './cafe.ts'
import { connecting } from './connecting.ts'
import { isolation } from './isolation.ts'
import { kitchen } from './kitchen.ts'
import { orders } from './orders.ts'
import { refusals } from './refusals.ts'
import { tokens } from './tokens.ts'

/**
 * Walks the Postman guide from its first to its last step against a running service with the demo café, as a client
 * that knows nothing but addresses, and checks every field of every message.
 */
export async function walkGuide(t: Walk, target: Target): Promise<void> {
  const cafe = visit(target)
  const chapters = { tokens, connecting, orders, kitchen, isolation, refusals }
  for (const [name, chapter] of Object.entries(chapters)) {
    await t.test(name, (t) => chapter(t, cafe))
  }
}
