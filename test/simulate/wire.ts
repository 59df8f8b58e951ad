/** The shapes of the wire, as types alone: the one place where the simulation looks at the service from inside. */
export type { TaskRead } from '../../src/cafe/kitchen/schema.ts'
export type { SplitReply } from '../../src/cafe/orders/merge-split/schema.ts'
export type { OrderItemRead, OrderRead } from '../../src/cafe/orders/schema.ts'
export type { Bill, RefundedBill } from '../../src/cafe/payments/schema.ts'
export type { Snapshot } from '../../src/cafe/snapshot/schema.ts'
export type { TableRead } from '../../src/cafe/tables/schema.ts'
export type { Group } from '../../src/events/catalogue.ts'
