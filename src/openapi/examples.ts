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

type Samples = Readonly<Record<string, unknown>>

/**
 * Realistic values for examples. For other fields, a text is the name of the field, and a number is the least allowed.
 */
const samples: Samples = {
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
  category_title: 'Soups',
  code: 'C1',
  company_name: 'Ala-Too',
  country: 'KG',
  day_starts_at: '06:00',
  description: '',
  device: 'Mozilla/5.0',
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
  message: 'Ready: Borscht (table 7)',
  name: 'Aida',
  next: null,
  note: 'no onions',
  notes: 'likes a window',
  number: 7,
  pending: 1,
  ready: 1,
  phone: '+996700123456',
  phone_extension: '',
  phone_number: '+996700123456',
  phone_typed: '0700 123 456',
  places: 4,
  previous: null,
  printer: '',
  quantity: 2,
  refunded_amount: '0.00',
  refundable_quantity: 0,
  refunded_quantity: 0,
  reason: 'guest left',
  rejection_reason: '',
  is_rejected: false,
  service_title: '',
  slug: 'ala-too',
  status_display: 'Open',
  stopped: false,
  table_number: 7,
  timezone: 'Asia/Bishkek',
  title: 'Terrace',
  total_amount: '600.00',
  waiter_label: 'Azat',
  zone_title: 'Terrace',
}

const anId = '0193a8f0-7c3e-7b52-9c61-3f1d2a4b5c6d'

/** The same by the tag of an operation, where a field means something else. */
const samplesOf: Readonly<Record<string, Samples>> = {
  bookings: { status_display: 'Booked' },
  branches: { name: 'Center', code: 'CTR', email: 'center@cafe.example' },
  categories: { title: 'Soups' },
  company: {
    name: 'Ala-Too',
    company: 'Ala-Too',
    email: 'owner@ala-too.example',
    industry: { id: anId, name: 'Catering', sectors: [{ id: anId, name: 'Café' }] },
    sector: { id: anId, name: 'Café' },
  },
  employees: { email: 'begimai@ala-too.example', first_name: 'Begimai', name: 'Head of the floor' },
  kitchen: { status_display: 'Pending' },
  kitchens: { title: 'Hot kitchen', number: 1 },
  login: { company: 'Ala-Too', address: '203.0.113.7' },
  'menu-items': { title: 'Borscht' },
  notifications: { title: 'A dish is ready', menu_item: 'Borscht' },
  tables: { status_display: 'Free' },
}

/** What examples choose where there is a choice; else the first. */
const choices: Samples = { role: 'waiter', code: 'waiter' }

const byFormat: Record<string, string> = {
  uuid: anId,
  email: 'waiter1@test.com',
  date: '2024-01-01',
  'date-time': '2024-01-01T12:00:00.000Z',
  uri: 'https://cafe.example/',
}

/** What an example is made for. */
interface Making {
  readonly fields: 'all' | 'required'
  /** Tag of the operation. */
  readonly tag?: string
}

/** An answer in this shape, with every field. */
export const exampleOf = (schema: object, tag?: string): unknown => sample(schema, '', { fields: 'all', tag })

/** Fields that examples show although none is required, beside one that tells what the object is. */
const typical: Readonly<Record<string, readonly string[]>> = {
  items: ['table', 'guests', 'items'],
  menu_item: ['menu_item', 'quantity'],
  order_item_id: ['id', 'quantity'],
  custom_role: ['role', 'branch_ids'],
}

/** A request in this shape, with required and typical fields; if there are none, with its first field. */
export const requestExampleOf = (schema: object, tag?: string): unknown =>
  sample(schema, '', { fields: 'required', tag })

function sample(schema: Schema, name: string, making: Making): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum)
    return schema.examples?.[0] ?? schema.enum.find((one) => one === choices[name]) ?? schema.enum[0]
  const known = samplesOf[making.tag ?? '']?.[name] ?? samples[name]
  if (known !== undefined && fits(schema, known)) return known
  if (schema.examples?.length) return schema.examples[0]
  const { anyOf, allOf } = schema
  if (anyOf) return sample(anyOf.find(({ type }) => type !== 'null') ?? {}, name, making)
  if (allOf) return Object.assign({}, ...allOf.map((part) => sample(part, name, making)))
  switch ([schema.type].flat()[0]) {
    case 'object':
      return objectOf(schema, making)
    case 'array':
      return [sample(schema.items ?? {}, name, making)]
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

function objectOf({ properties = {}, required = [] }: Schema, making: Making): object {
  const allowed = Object.keys(properties).filter((name) => !properties[name]!.not)
  const shown = new Set([...required, ...allowed.flatMap((name) => typical[name] ?? [])])
  const usual = allowed.filter((name) => shown.has(name))
  const least = usual.length > 0 ? usual : allowed.slice(0, 1)
  const chosen = making.fields === 'all' ? allowed : least
  return Object.fromEntries(chosen.map((name) => [name, sample(properties[name]!, name, making)]))
}

/** Whether a value fits a schema, as far as its type shows. */
function fits({ type, anyOf, format, pattern }: Schema, value: unknown): boolean {
  if (anyOf) return anyOf.some((one) => fits(one, value))
  if (format && format !== 'email') return false
  if (pattern && typeof value === 'string' && !new RegExp(pattern).test(value)) return false
  const kind = value === null ? 'null' : typeof value
  return [type].flat().some((one) => one === kind || (one === 'integer' && Number.isInteger(value)))
}
