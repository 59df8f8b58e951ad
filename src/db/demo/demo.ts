import { sql } from 'drizzle-orm'
import { parseMoney } from '../../money/money.ts'
import type { Database, Tx } from '../database.ts'
import { demoAccounts, demoPassword } from './accounts.ts'
import { alaToo, dostuk } from './cafe.ts'
import type { DemoCompany } from './cafe.ts'
import {
  branches,
  categories,
  clients,
  companies,
  kitchens,
  menuItems,
  tables,
  userBranches,
  users,
  zones,
} from '../schema/index.ts'

export { demoAccounts, demoPassword }

interface FillOptions {
  hashPassword: (password: string) => Promise<string>
}

/** Key of the advisory lock of the replica that fills the database; the others wait for it. */
const demoLock = 7_206_117_002

/**
 * Fills a database without companies with the demo café. Safe when many replicas start at once.
 * @returns false when there was a company already
 */
export async function fillWithDemo(database: Database, { hashPassword }: FillOptions): Promise<boolean> {
  if (!(await database.acrossCompanies(isEmpty))) return false
  const hashes = await Promise.all(demoAccounts.map(() => hashPassword(demoPassword)))
  return await database.acrossCompanies(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${demoLock})`)
    if (!(await isEmpty(tx))) return false
    const places = [await addCompany(tx, alaToo), await addCompany(tx, dostuk)]
    await addAccounts(tx, places, hashes)
    return true
  })
}

const isEmpty = async (tx: Tx): Promise<boolean> =>
  (await tx.select({ id: companies.id }).from(companies).limit(1)).length === 0

/** A company as the accounts need it: its id, and its branches by name. */
interface Place {
  company: DemoCompany
  companyId: string
  branchIds: ReadonlyMap<string, string>
}

async function addCompany(tx: Tx, company: DemoCompany): Promise<Place> {
  const { name, slug, phone } = company
  const [row] = await tx.insert(companies).values({ name, slug, phone }).returning()
  const companyId = row!.id
  const branchIds = new Map<string, string>()
  for (const { zones: halls, ...branch } of company.branches) {
    const [made] = await tx
      .insert(branches)
      .values({ ...branch, companyId })
      .returning()
    branchIds.set(branch.name, made!.id)
    await addFloor(tx, companyId, made!.id, halls)
  }
  await addFloor(tx, companyId, null, company.zones)
  await addMenu(tx, companyId, company)
  await tx.insert(clients).values(company.clients.map((client) => ({ ...client, companyId })))
  return { company, companyId, branchIds }
}

async function addFloor(
  tx: Tx,
  companyId: string,
  branchId: string | null,
  halls: DemoCompany['zones'],
): Promise<void> {
  for (const { title, tables: set } of halls) {
    const [zone] = await tx.insert(zones).values({ companyId, branchId, title }).returning()
    await tx.insert(tables).values(set.map((table) => ({ ...table, companyId, branchId, zoneId: zone!.id })))
  }
}

async function addMenu(tx: Tx, companyId: string, company: DemoCompany): Promise<void> {
  const places = await tx
    .insert(kitchens)
    .values(company.kitchens.map((kitchen) => ({ ...kitchen, companyId })))
    .returning()
  const kitchenIds = new Map(places.map(({ number, id }) => [number, id]))
  const sections = await tx
    .insert(categories)
    .values(Object.keys(company.menu).map((title, index) => ({ companyId, title, position: index + 1 })))
    .returning()
  const dishes = sections.flatMap(({ id: categoryId, title: section }) =>
    company.menu[section]!.map(([kitchen, title, price, description], index) => ({
      companyId,
      categoryId,
      kitchenId: kitchenIds.get(kitchen)!,
      title,
      price: parseMoney(price),
      description,
      position: index + 1,
    })),
  )
  await tx.insert(menuItems).values(dishes)
}

async function addAccounts(tx: Tx, places: readonly Place[], hashes: readonly string[]): Promise<void> {
  for (const [index, { email, role, company, branch, firstName, lastName }] of demoAccounts.entries()) {
    const place = places.find((one) => one.company === company)
    const [user] = await tx
      .insert(users)
      .values({
        email,
        passwordHash: hashes[index]!,
        role,
        firstName,
        lastName,
        companyId: place?.companyId ?? null,
      })
      .returning()
    if (!place || !branch) continue
    const { companyId, branchIds } = place
    const branchId = branchIds.get(branch)!
    await tx.insert(userBranches).values({ companyId, userId: user!.id, branchId, isPrimary: true })
  }
}
