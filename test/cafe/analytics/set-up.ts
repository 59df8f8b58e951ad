import type { SalesSummary, SoldCategory, SoldItem } from '../../../src/cafe/analytics/schema.ts'
import type { Database } from '../../../src/db/database.ts'
import { startApp } from '../../support/app.ts'
import type { Caller } from '../../support/app.ts'
import type { DatabaseKind } from '../../support/database.ts'
import type { Teardown } from '../../support/teardown.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

export const path = '/api/cafe/analytics/sales/'

interface SalesOptions {
  kind: DatabaseKind
  clock: () => Date
  around?: (database: Database) => Database
}

/** A café that sells four dishes on days of its own, and short ways to pay and to read the figures. */
export async function cafeThatSells(t: Teardown, options: SalesOptions) {
  // tokens outlive every day that a test goes to
  const cafe = await startApp(t, { ...options, env: { ACCESS_TOKEN_TTL: '100000d' } })
  const [owner, admin, waiter, cashier] = [
    cafe.as('owner'),
    cafe.as('admin'),
    cafe.as('waiter1'),
    cafe.as('cashier1'),
  ]
  const { dishes, order } = await serviceOf(waiter)
  const summary = async (query = '', who: Caller = owner) =>
    (await who.get<SalesSummary>(`${path}summary/?${query}`)).body
  const items = async (query = '') => (await owner.get<List<SoldItem>>(`${path}items/?${query}`)).body
  const categories = async (query = '') =>
    (await owner.get<List<SoldCategory>>(`${path}categories/?${query}`)).body
  const act = async (id: string, command: string, body: object) => {
    const who = command === 'pay' ? owner : cashier
    const { status, body: answer } = await who.post(`/api/cafe/orders/${id}/${command}/`, body)
    if (status !== 200) throw new Error(`${command}: ${status} ${JSON.stringify(answer)}`)
  }
  const priced = async (title: string, price: string, category = dishes[0]!.category) => {
    const dish = { title, price, category }
    return (await owner.post<{ id: string }>('/api/cafe/menu-items/', dish)).body.id
  }
  const [soup, tea, bread] = [
    await priced('Суп', '100.00'),
    await priced('Чай', '50.00'),
    await priced('Хлеб', '0.10'),
  ]
  const group = (await owner.post<{ id: string }>('/api/cafe/categories/', { title: 'Прочее' })).body.id
  const cake = await priced('Торт', '30.00', group)
  return {
    cafe,
    owner,
    admin,
    waiter,
    cashier,
    order,
    summary,
    items,
    categories,
    act,
    soup,
    tea,
    bread,
    cake,
    group,
  }
}
