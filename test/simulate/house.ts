import { randomBytes } from 'node:crypto'
import type { Random } from '../chaos/random.ts'
import { personas } from './personas.ts'
import type { Persona } from './personas.ts'
import type { Client } from './client.ts'

/** Somebody at work, logged in. */
export interface Worker {
  readonly persona: Persona
  readonly id: string
  readonly name: string
  readonly token: string
}

/** A branch of the simulated café with everybody in it. */
export interface Branch {
  readonly id: string
  readonly name: string
  readonly tables: readonly string[]
  /** Where nobody sits until the last order of the day, by which every device is known to have heard everything. */
  readonly lastTable: string
  readonly staff: readonly Worker[]
}

/** The simulated café: branches, menu and people of its own in the owner's company. */
export interface House {
  readonly owner: string
  readonly dishes: readonly string[]
  readonly clients: readonly string[]
  readonly branches: readonly Branch[]
}

export interface HouseOptions {
  branches: number
  tables: number
  staff: Record<Persona, number>
  /** An owner who is there already; null: a company is registered. */
  ownerLogin: { email: string; password: string } | null
}

interface Made {
  id: string
}

interface Login {
  access: string
  user_id: string
}

/** Makes the branches, the menu and the staff, through the API as an owner would. */
export async function openHouse(client: Client, random: Random, options: HouseOptions): Promise<House> {
  const run = randomBytes(4).toString('hex')
  const password = randomBytes(12).toString('hex')
  const owner = options.ownerLogin ?? { email: `owner-${run}@simulation.test`, password }
  if (!options.ownerLogin) {
    const company_name = `Simulation ${run}`
    await client.must('POST', '/api/users/register/', {
      action: 'register',
      body: { ...owner, company_name },
    })
  }
  const logIn = (body: { email: string; password: string }) =>
    client.must<Login>('POST', '/api/users/login/', { action: 'log in', body })
  const { access: token } = await logIn(owner)
  const make = async (path: string, body: object): Promise<string> =>
    (await client.must<Made>('POST', path, { token, action: 'set up', body })).id

  const category = await make('/api/cafe/categories/', { title: `Menu ${run}` })
  const kitchens = [
    await make('/api/cafe/kitchens/', { title: `Hot ${run}`, number: random.between(1000, 99_999) }),
    await make('/api/cafe/kitchens/', { title: `Bar ${run}`, number: random.between(100_000, 999_999) }),
  ]
  const dishes: string[] = []
  for (let i = 1; i <= 12; i++) {
    const price = `${random.between(40, 900)}.${String(random.between(0, 99)).padStart(2, '0')}`
    const kitchen = i % 4 === 0 ? null : kitchens[i % 2]
    dishes.push(await make('/api/cafe/menu-items/', { title: `Dish ${i} ${run}`, category, price, kitchen }))
  }
  const clients: string[] = []
  for (let i = 1; i <= 5; i++) clients.push(await make('/api/cafe/clients/', { name: `Guest ${i} ${run}` }))

  async function openBranch(number: number): Promise<Branch> {
    const name = `Branch ${number} ${run}`
    const branch = await make('/api/users/branches/', { name, code: `${run}-${number}` })
    const zone = await make('/api/cafe/zones/', { title: 'Hall', branch })
    const numbers = Array.from({ length: options.tables + 1 }, (_, i) => i + 1)
    const tables = await Promise.all(
      numbers.map((n) =>
        make('/api/cafe/tables/', { number: n, zone, branch, places: random.between(2, 8) }),
      ),
    )
    const jobs = (Object.keys(personas) as Persona[]).flatMap((persona) =>
      Array.from({ length: options.staff[persona] }, (_, i) => ({ persona, i: i + 1 })),
    )
    const staff = await Promise.all(
      jobs.map(async ({ persona, i }): Promise<Worker> => {
        const email = `${persona}${i}-${number}-${run}@simulation.test`
        const body = { email, password, role: persona, branch_ids: [branch], first_name: `${persona} ${i}` }
        const id = await make('/api/users/employees/', body)
        const login = await logIn({ email, password })
        return { persona, id, name: `${persona} ${i} of ${name}`, token: login.access }
      }),
    )
    return { id: branch, name, tables: tables.slice(0, -1), lastTable: tables.at(-1)!, staff }
  }
  const branches: Branch[] = []
  for (let i = 1; i <= options.branches; i++) branches.push(await openBranch(i))
  return { owner: token, dishes, clients, branches }
}
