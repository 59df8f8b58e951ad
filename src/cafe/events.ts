import { Type } from 'typebox'
import type { Static, TObject, TProperties } from 'typebox'
import { BranchRead, Moved } from '../accounts/branches/schema.ts'
import type { EventType } from '../events/catalogue.ts'
import { Nullable, Uuid } from '../http/schemas.ts'
import { BookingRead } from './bookings/schema.ts'
import { CategoryRead } from './categories/schema.ts'
import { ClientCard } from './clients/schema.ts'
import { TaskRead } from './kitchen/schema.ts'
import { MenuItemRead } from './menu/schema.ts'
import { NotificationRead } from './notifications/schema.ts'
import { OrderRead } from './orders/schema.ts'
import { TableRead } from './tables/schema.ts'
import { ZoneRead } from './zones/schema.ts'

/** Where an event belongs; part of its data. */
const place = {
  company_id: Uuid({ description: 'The company it belongs to.' }),
  branch_id: Nullable(
    Uuid({ description: 'The branch that numbers it; null in a company without branches.' }),
  ),
}

/** @param description when the event is sent */
const dataOf = <Fields extends TProperties>(description: string, fields: Fields) =>
  Type.Object({ ...fields, ...place }, { description })

const order = { order: OrderRead }
const table = { table: TableRead }
const booking = { booking: BookingRead }
const zone = { zone: ZoneRead }
const category = { category: CategoryRead }
const menuItem = { menu_item: MenuItemRead }
const client = { client: ClientCard }

const task = {
  task: TaskRead,
  task_id: Uuid({ description: 'That of the task.' }),
  order_id: Uuid({ description: 'The order the task belongs to.' }),
  table: Nullable(Type.Integer({ description: 'Number of the table; null for a takeaway order.' })),
  menu_item: Type.String({ description: 'Title of the dish.' }),
  unit_index: Type.Integer({ description: '1…n among the units of its line.' }),
}

const stop = {
  menu_item: MenuItemRead,
  menu_item_id: Uuid({ description: 'That of the dish.' }),
  stopped: Type.Boolean({ description: 'Whether it is on the stop-list of the branch.' }),
  portions_left: Nullable(Type.Integer({ description: 'Portions left in the branch; null: not counted.' })),
}

const user_id = Uuid({ description: 'The person it is for.' })

/**
 * The shape of every event's `data`. What a change emits has this shape, tests hold every event against it, and the
 * document of the sockets shows it.
 */
export const eventData = {
  order_created: dataOf('An order is taken.', order),
  order_updated: dataOf('An order is changed, paid, closed, cancelled or reopened.', order),
  order_deleted: dataOf('An order is deleted; `order` is how it was.', order),
  table_status_changed: dataOf('A table is busy or free: the first order there, or the last one ends.', {
    ...table,
    table_id: Uuid({ description: 'That of the table.' }),
    table_number: Type.Integer({ description: 'Number of the table.' }),
    status: TableRead.properties.status,
    status_display: Type.String({ description: 'The status for a person.' }),
  }),
  table_created: dataOf('A table is added.', table),
  table_updated: dataOf('A table is changed: number, places, zone or its place on the map.', table),
  table_deleted: dataOf('A table is deleted; `table` is how it was.', table),
  zone_created: dataOf('A zone is added.', zone),
  zone_updated: dataOf('A zone is renamed.', zone),
  zone_deleted: dataOf('A zone is deleted; `zone` is how it was.', zone),
  booking_created: dataOf('A table is booked.', booking),
  booking_updated: dataOf('A booking is changed.', booking),
  booking_deleted: dataOf('A booking is deleted; `booking` is how it was.', booking),
  kitchen_task_created: dataOf('A unit of a dish is to be cooked.', task),
  kitchen_task_updated: dataOf(
    'A task is claimed, released or acknowledged, or what it shows changes.',
    task,
  ),
  kitchen_task_cancelled: dataOf('A task is not to be cooked after all.', task),
  kitchen_task_ready: dataOf('A dish is ready to be fetched.', task),
  kitchen_task_recalled: dataOf('A dish that was called ready is not ready after all.', task),
  category_created: dataOf('A category is added to the menu.', category),
  category_updated: dataOf('A category is renamed or moved; its dishes show the new title.', category),
  category_deleted: dataOf('A category is deleted; `category` is how it was.', category),
  menu_item_created: dataOf('A dish is added to the menu.', menuItem),
  menu_item_updated: dataOf(
    'A dish is changed: its price, title, picture or anything but the stop-list.',
    menuItem,
  ),
  menu_item_deleted: dataOf('A dish is deleted; `menu_item` is how it was.', menuItem),
  menu_item_stopped: dataOf('A dish is on the stop-list of the branch.', stop),
  menu_item_resumed: dataOf('A dish can be ordered, or its counted portions change.', stop),
  client_created: dataOf('A client is added.', client),
  client_updated: dataOf('A client is changed.', client),
  client_deleted: dataOf('A client is deleted; `client` is how it was.', client),
  notification: dataOf('Somebody is notified.', { user_id, ...NotificationRead.properties }),
  unread_count: dataOf('Notifications are read, or one is withdrawn.', {
    user_id,
    count: Type.Integer({ description: 'How many are unread.' }),
    withdrawn: Type.Optional(
      Uuid({ description: 'The notification that is gone because its dish was not ready after all.' }),
    ),
  }),
  first_branch_created: dataOf('The company opens its first branch, which takes over everything.', {
    branch: BranchRead,
    moved: Moved,
  }),
} as const satisfies Record<EventType, TObject>

/** What the data of each event is. */
export type EventData = { [T in EventType]: Static<(typeof eventData)[T]> }
