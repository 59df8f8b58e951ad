import type { TSchema } from 'typebox'
import { eventData } from '../cafe/events.ts'
import type { EventType } from '../events/catalogue.ts'
import { eventMessageSchema } from '../events/event-schema.ts'
import { exampleOf } from '../openapi/examples.ts'

type Json = Record<string, unknown>

/** An event as it comes live, with a state that its type can have. */
export function eventExample(type: EventType): object {
  const { replay: _, ...event } = exampleOf(eventMessageSchema(type, eventData[type])) as Json
  return merged({ ...event, seq: 42 }, { data: typical[type] ?? {} })
}

/** A message of the protocol; of a socket that follows one branch. */
export function messageExample(schema: TSchema): object {
  const { positions: _, ...message } = exampleOf(schema) as Json
  return 'seq' in message ? { ...message, seq: 42 } : message
}

const finished = { finished_at: '2024-01-01T12:00:00.000Z' }
const task = (status: string, status_display: string, times: object = {}) => ({
  task: {
    status,
    status_display,
    started_at: null,
    finished_at: null,
    acknowledged_at: null,
    ...times,
  },
  table: 7,
  menu_item: 'Borscht',
})
const free = { table: { status: 'free', status_display: 'Free' } }
const booked = { booking: { status: 'booked', status_display: 'Booked' } }

/** What examples show instead of the first value that the shape allows. */
const typical: Partial<Record<EventType, Json>> = {
  table_status_changed: {
    table: { status: 'busy', status_display: 'Busy' },
    status: 'busy',
    status_display: 'Busy',
  },
  table_created: free,
  table_updated: free,
  table_deleted: free,
  booking_created: booked,
  booking_updated: booked,
  booking_deleted: booked,
  kitchen_task_created: task('pending', 'Pending'),
  kitchen_task_updated: task('in_progress', 'In progress', { started_at: '2024-01-01T12:00:00.000Z' }),
  kitchen_task_cancelled: task('cancelled', 'Cancelled'),
  kitchen_task_ready: task('ready', 'Ready', { started_at: '2024-01-01T12:00:00.000Z', ...finished }),
  kitchen_task_recalled: task('in_progress', 'In progress', { started_at: '2024-01-01T12:00:00.000Z' }),
  menu_item_stopped: { stopped: true, portions_left: 0, menu_item: { stopped: true, portions_left: 0 } },
  menu_item_resumed: { stopped: false, portions_left: 5, menu_item: { portions_left: 5 } },
}

function merged(one: Json, other: Json): Json {
  const changed = Object.entries(other).map(([key, value]) => [
    key,
    isObject(one[key]) && isObject(value) ? merged(one[key], value) : value,
  ])
  return { ...one, ...Object.fromEntries(changed) }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
