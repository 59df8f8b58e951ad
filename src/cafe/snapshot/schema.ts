import { Type } from 'typebox'
import { Instant, Nullable, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { TaskRead } from '../kitchen/schema.ts'
import { OrderRead } from '../orders/schema.ts'
import { TableRead } from '../tables/schema.ts'
import { ZoneRead } from '../zones/schema.ts'

export const Snapshot = Type.Object({
  company: Uuid(),
  branch: Nullable(Uuid()),
  epoch: Type.String(),
  seq: Type.Integer({
    description: 'Connect with `since=<epoch>:<seq>` to get every event after this reading.',
  }),
  at: Instant(),
  zones: Type.Array(ZoneRead),
  tables: Type.Array(TableRead),
  orders: Type.Array(OrderRead, { description: 'Open orders, oldest first.' }),
  tasks: Type.Array(TaskRead, { description: 'Unfinished kitchen tasks, oldest first.' }),
})
export type Snapshot = Infer<typeof Snapshot>
