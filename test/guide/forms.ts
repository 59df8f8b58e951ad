/** How the fields of every message look, written down from the guide and the contract, apart from the service. */

/** Says what is wrong with a value, or nothing. */
type Form = (value: unknown) => string | undefined

interface Fields {
  [field: string]: Form
}

const form =
  (what: string, holds: (value: unknown) => boolean): Form =>
  (value) =>
    holds(value) ? undefined : `${JSON.stringify(value)} is not ${what}`
const matching = (what: string, pattern: RegExp) =>
  form(what, (value) => typeof value === 'string' && pattern.test(value))
const orNull =
  (inner: Form): Form =>
  (value) =>
    value === null ? undefined : inner(value)

const oneOf = (...values: unknown[]): Form => form(`one of ${values.join(', ')}`, (v) => values.includes(v))
const uuid = matching('a UUID', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
const uuid7 = matching(
  'a UUID of version 7',
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
)
const instant = matching('a UTC time with milliseconds', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const money = matching('money as a string with two decimals', /^\d+\.\d\d$/)
const text = form('text', (value) => typeof value === 'string')
export const filledText = form(
  'text that says something',
  (value) => typeof value === 'string' && value !== '',
)
const number = form('a number', (value) => typeof value === 'number')
export const integer = form('a whole number', (value) => Number.isSafeInteger(value))
const flag = form('true or false', (value) => typeof value === 'boolean')
const anything: Form = () => undefined
const listOf =
  (fields: Fields): Form =>
  (value) =>
    Array.isArray(value)
      ? value.flatMap((one) => faultsOf(one, fields)).join('; ') || undefined
      : 'is no list'
const object =
  (fields: Fields): Form =>
  (value) =>
    faultsOf(value, fields).join('; ') || undefined

/** What is missing or wrong in a value; further fields are welcome. */
export function faultsOf(value: unknown, fields: Fields): string[] {
  if (typeof value !== 'object' || value === null) return [`${JSON.stringify(value)} is no object`]
  return Object.entries(fields).flatMap(([name, check]) => {
    if (!(name in value)) return [`${name} is missing`]
    const fault = check((value as Record<string, unknown>)[name])
    return fault ? [`${name}: ${fault}`] : []
  })
}

const owned = { id: uuid7, company: uuid, branch: orNull(uuid), created_at: instant, updated_at: instant }

export const orderForm: Fields = {
  ...owned,
  number: integer,
  table: orNull(uuid),
  table_number: orNull(integer),
  zone: anything,
  client: orNull(uuid),
  client_name: orNull(text),
  waiter: orNull(uuid),
  waiter_label: text,
  guests: integer,
  status: oneOf('open', 'closed', 'cancelled'),
  status_display: filledText,
  is_paid: flag,
  paid_at: orNull(instant),
  payment_method: oneOf('', 'cash', 'card', 'transfer', 'debt', 'split'),
  total_amount: money,
  discount_amount: money,
  final_amount: money,
  amount_due: money,
  balance_due: money,
  note: text,
  canceled_at: orNull(instant),
  canceled_by: orNull(uuid),
  version: integer,
  items: listOf({
    id: uuid7,
    menu_item: uuid,
    menu_item_title: filledText,
    menu_item_price: money,
    quantity: integer,
    note: text,
    comment: text,
    line_total: money,
    refunded_quantity: integer,
    refundable_quantity: integer,
    tasks: object({ pending: integer, in_progress: integer, ready: integer, cancelled: integer }),
  }),
}

export const tableForm: Fields = {
  ...owned,
  zone: orNull(uuid),
  number: integer,
  places: integer,
  status: oneOf('free', 'busy'),
  status_display: oneOf('Свободен', 'Занят'),
  x: orNull(number),
  y: orNull(number),
}

export const taskForm: Fields = {
  id: uuid7,
  company: uuid,
  branch: orNull(uuid),
  status: oneOf('pending', 'in_progress', 'ready', 'cancelled'),
  status_display: filledText,
  created_at: instant,
  started_at: orNull(instant),
  finished_at: orNull(instant),
  order: uuid,
  order_number: integer,
  order_item: orNull(uuid),
  menu_item: uuid,
  menu_item_title: filledText,
  price: money,
  note: text,
  order_note: text,
  kitchen: orNull(uuid),
  table_number: orNull(integer),
  guest: anything,
  waiter: orNull(uuid),
  waiter_label: text,
  cook: orNull(uuid),
  cook_label: text,
  unit_index: integer,
  version: integer,
}

const home = { company_id: uuid, branch_id: orNull(uuid) }
const orderData: Fields = { order: object(orderForm), ...home }
const taskData: Fields = {
  task: object(taskForm),
  task_id: uuid,
  order_id: uuid,
  table: orNull(integer),
  menu_item: filledText,
  unit_index: integer,
  ...home,
}

/** `data` of every event of the guide's walk. */
export const eventData = {
  order_created: orderData,
  order_updated: orderData,
  table_status_changed: {
    table: object(tableForm),
    table_id: uuid,
    table_number: integer,
    status: oneOf('free', 'busy'),
    status_display: oneOf('Свободен', 'Занят'),
    ...home,
  },
  table_created: { table: object(tableForm), ...home },
  kitchen_task_created: taskData,
  kitchen_task_updated: taskData,
  kitchen_task_ready: taskData,
  kitchen_task_cancelled: taskData,
} satisfies Record<string, Fields>

/** What every event carries beside its data. */
export const envelope: Fields = { seq: integer, id: uuid7, at: instant }

/** The answer to a login. */
export const loginForm: Fields = {
  access: matching('a JWT', /^[\w-]+\.[\w-]+\.[\w-]+$/),
  refresh: filledText,
  user_id: uuid,
  email: filledText,
  first_name: text,
  last_name: text,
  phone_number: text,
  avatar: anything,
  company: orNull(filledText),
  role: text,
  branch_ids: form('a list', Array.isArray),
  primary_branch_id: orNull(uuid),
}
