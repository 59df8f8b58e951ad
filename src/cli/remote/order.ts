import type { OrderRead } from '../../cafe/orders/schema.ts'
import type { MenuItemRead } from '../../cafe/menu/schema.ts'
import type { TableRead } from '../../cafe/tables/schema.ts'
import { StartupError } from '../../config/startup-error.ts'
import type { Command, CommandContext } from '../command.ts'
import { usageError, readArguments } from '../command.ts'
import type { ServiceClient } from './service-client.ts'
import { clientOptions, logIn } from './service-client.ts'
import { remoteTextsOf } from './texts.ts'

const options = {
  ...clientOptions,
  table: { type: 'string' },
  guests: { type: 'string' },
  note: { type: 'string' },
} as const

const maxDishes = 50

interface List<Row> {
  readonly results: Row[]
}

/** Takes an order, so that a developer sees its events without a front end. */
export const order: Command = {
  isClient: true,
  async run(args, context) {
    const { values, positionals } = readArguments(args, context, options, { optional: maxDishes })
    const texts = remoteTextsOf(context.language)
    const guests = wholeNumber('--guests', values.guests ?? '1', context)
    const number = values.table === undefined ? undefined : wholeNumber('--table', values.table, context)
    const wanted = positionals.map((dish) => dishOf(dish, context))
    const service = await logIn(values, context)
    const table = await tableOf(service, number, context)
    const items = wanted.length > 0 ? await Promise.all(wanted.map(itemOf)) : [await anyDish()]
    const taken = await service.post<OrderRead>('/api/cafe/orders/', {
      table: table.id,
      guests,
      note: values.note,
      items,
    })
    context.print(`${texts.ordered(taken.number, table.number, taken.total_amount)}\n`)
    for (const line of taken.items)
      context.print(`  ${line.quantity} × ${line.menu_item_title}  ${line.line_total}\n`)

    async function itemOf({ title, quantity }: { title: string; quantity: number }) {
      const found = await dishes(service, { search: title })
      const exact = found.filter((dish) => dish.title.toLowerCase() === title.toLowerCase())
      const [dish, other] = exact.length > 0 ? exact : found
      if (!dish) throw new StartupError(texts.noDish(title))
      if (other)
        throw new StartupError(texts.severalDishes(title, found.map((each) => each.title).join(', ')))
      return { menu_item: dish.id, quantity }
    }
    async function anyDish() {
      const dish = (await dishes(service, {})).find((each) => !each.is_sold_by_weight)
      if (!dish) throw new StartupError(texts.noDishes)
      return { menu_item: dish.id, quantity: 1 }
    }
  },
}

const dishes = async (service: ServiceClient, query: { search?: string }) =>
  (await service.get<List<MenuItemRead>>('/api/cafe/menu-items/', { ...query, is_active: 'true' })).results

/** The table with this number, else the first free one. */
async function tableOf(
  service: ServiceClient,
  number: number | undefined,
  { language }: CommandContext,
): Promise<TableRead> {
  const texts = remoteTextsOf(language)
  const query = number === undefined ? { status: 'free' } : { number }
  const [table] = (await service.get<List<TableRead>>('/api/cafe/tables/', query)).results
  if (!table) throw new StartupError(number === undefined ? texts.noFreeTable : texts.noTable(number))
  return table
}

/** `Tea=2` is two of it. */
function dishOf(text: string, context: CommandContext): { title: string; quantity: number } {
  const [, title = text, quantity = '1'] = /^(.+)=([^=]*)$/.exec(text) ?? []
  return { title, quantity: wholeNumber(text, quantity, context) }
}

function wholeNumber(name: string, value: string, context: CommandContext): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw usageError(context, remoteTextsOf(context.language).wholeNumber(name))
}
