import type { Random } from '../chaos/random.ts'
import type { Method } from '../guide/http.ts'
import type { Client } from './client.ts'
import type { Device } from './device.ts'
import type { Branch, House, Worker } from './house.ts'
import type { Ledger } from './ledger.ts'
import type { OrderRead } from './wire.ts'

/** Somebody's working day: what they have in their hands, and what they may ask for. */
export interface Shift {
  readonly house: House
  readonly branch: Branch
  readonly worker: Worker
  readonly devices: readonly Device[]
  readonly random: Random
  readonly client: Client
  readonly ledger: Ledger
}

/** Refusals that happen when two people want the same thing: gone meanwhile, of another state, changed since it was read. */
const raced = [404, 409, 412] as const
/** The same where a dish may have run out or the other order is gone. */
export const racedOrSoldOut = [400, ...raced] as const

export const orders = '/api/cafe/orders/'

/** One request of this worker. */
export function ask<Body>(
  { client, random, worker }: Shift,
  method: Method,
  path: string,
  action: string,
  more: { body?: object; version?: number; refusable?: readonly number[] } = {},
): Promise<Body | null> {
  return client.ask<Body>(random, method, path, {
    token: worker.token,
    action,
    refusable: raced,
    ...more,
  })
}

/** An open order as a device shows it: mostly one of their own, now and then a colleague's. */
export function someOrder(shift: Shift, fits: (order: OrderRead) => boolean = () => true): OrderRead | null {
  const { branch, random, worker } = shift
  // with this device in the hand or that, where both show orders
  const showing = shift.devices.filter((device) => device.group !== 'tables')
  const shown = random.pick(showing).belief.orders.values()
  const open = [...shown].filter((order) => order.table !== branch.lastTable && fits(order))
  const own = open.filter((order) => order.waiter === worker.id)
  const choice = own.length > 0 && random.next() < 0.7 ? own : open
  return choice.length > 0 ? random.pick(choice) : null
}

/** Notes an order that was answered. */
export function noteOrder({ ledger, branch }: Shift, order: OrderRead): void {
  ledger.orders.set(order.id, { branch: branch.id, day: order.business_day, number: order.number })
}
