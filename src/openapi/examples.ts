interface Schema {
  type?: string | string[]
  format?: string
  pattern?: string
  const?: unknown
  enum?: unknown[]
  examples?: unknown[]
  anyOf?: Schema[]
  allOf?: Schema[]
  not?: object
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  minimum?: number
}

/**
 * Realistic values for examples. For other fields, a text is the name of the field, and a number is the least allowed.
 */
const samples: Record<string, unknown> = {
  address: '12 Main Street',
  amount_due: '600.00',
  balance_due: '0.00',
  cancelled_at: null,
  canceled_at: null,
  canceled_by: null,
  client_name: 'Aida',
  closed_at: null,
  paid_at: null,
  payment_method: '',
  code: 'C1',
  cook_label: 'Meerim',
  comment: 'no onions',
  count: 1,
  cancelled: 0,
  discount_amount: '0.00',
  discount_reason: '',
  email: 'waiter1@test.com',
  final_amount: '600.00',
  first_name: 'Azat',
  guest: 'Aida',
  guests: 2,
  in_progress: 0,
  is_paid: false,
  is_sold_by_weight: false,
  kitchen_title: 'Hot kitchen',
  last_name: 'Osmonov',
  line_total: '600.00',
  menu_item_title: 'Borscht',
  name: 'Aida',
  next: null,
  note: 'no onions',
  number: 7,
  password: 'demo12345',
  pending: 1,
  ready: 1,
  phone: '+996700123456',
  phone_number: '+996700123456',
  places: 4,
  previous: null,
  quantity: 2,
  refunded_amount: '0.00',
  refundable_quantity: 0,
  refunded_quantity: 0,
  reason: 'guest left',
  service_title: '',
  status_display: 'Open',
  stopped: false,
  table_number: 7,
  timezone: 'Asia/Bishkek',
  title: 'Terrace',
  total_amount: '600.00',
  waiter_label: 'Azat',
  zone_title: 'Terrace',
}

const byFormat: Record<string, string> = {
  uuid: '0193a8f0-7c3e-7b52-9c61-3f1d2a4b5c6d',
  email: 'waiter1@test.com',
  date: '2024-01-01',
  'date-time': '2024-01-01T12:00:00.000Z',
  uri: 'https://cafe.example/',
}

/** An answer in this shape, with every field. */
export const exampleOf = (schema: object): unknown => sample(schema, '', 'all')

/** Fields of an order that examples show although none is required. */
const typical = new Set(['table', 'guests', 'items', 'menu_item', 'quantity'])

/** A request in this shape, with required and typical fields; if there are none, with its first field. */
export const requestExampleOf = (schema: object): unknown => sample(schema, '', 'required')

function sample(schema: Schema, name: string, fields: 'all' | 'required'): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const known = samples[name]
  if (known !== undefined && fits(schema, known)) return known
  if (schema.examples?.length) return schema.examples[0]
  const { anyOf, allOf } = schema
  if (anyOf) return sample(anyOf.find(({ type }) => type !== 'null') ?? {}, name, fields)
  if (allOf) return Object.assign({}, ...allOf.map((part) => sample(part, name, fields)))
  switch ([schema.type].flat()[0]) {
    case 'object':
      return objectOf(schema, fields)
    case 'array':
      return [sample(schema.items ?? {}, name, fields)]
    case 'string':
      return byFormat[schema.format ?? ''] ?? (name || 'text')
    case 'integer':
    case 'number':
      return schema.minimum === undefined ? 1 : Math.max(schema.minimum, 1)
    case 'boolean':
      return true
    default:
      return null
  }
}

function objectOf({ properties = {}, required = [] }: Schema, fields: 'all' | 'required'): object {
  const allowed = Object.keys(properties).filter((name) => !properties[name]!.not)
  const isOfOrder = 'items' in properties || 'menu_item' in properties
  const usual = allowed.filter((name) => required.includes(name) || (isOfOrder && typical.has(name)))
  const least = usual.length > 0 ? usual : allowed.slice(0, 1)
  const chosen = fields === 'all' ? allowed : least
  return Object.fromEntries(chosen.map((name) => [name, sample(properties[name]!, name, fields)]))
}

/** Whether a value fits a schema, as far as its type shows. */
function fits({ type, anyOf, format, pattern }: Schema, value: unknown): boolean {
  if (anyOf) return anyOf.some((one) => fits(one, value))
  if (format && format !== 'email') return false
  if (pattern && typeof value === 'string' && !new RegExp(pattern).test(value)) return false
  const kind = value === null ? 'null' : typeof value
  return [type].flat().some((one) => one === kind || (one === 'integer' && Number.isInteger(value)))
}
