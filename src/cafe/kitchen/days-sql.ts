import { and, gte, lte } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { orders } from '../../db/schema/index.ts'

/** Tasks of orders of these business days. */
export const ofDays = ({ date_from, date_to }: { date_from?: string; date_to?: string }): SQL | undefined =>
  and(
    date_from ? gte(orders.businessDay, date_from) : undefined,
    date_to ? lte(orders.businessDay, date_to) : undefined,
  )
