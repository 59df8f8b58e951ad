import { demoPassword } from '../../src/db/demo/demo.ts'
import { groupNames } from './fleet.ts'
import type { View } from './screen.ts'
import type { Place, Traffic } from './traffic.ts'

/** The demo café as the traffic and the screens of a run see it. */
export interface Cafe {
  /** The company with branches, and its branches. */
  readonly company: string
  readonly branches: readonly string[]
  /** A company of its own, where nothing happens by itself. */
  readonly quietView: View
  /** Views for a number of screens: of each branch, of whole companies, of every group. */
  views(count: number): View[]
  viewsOf(branch: string, count: number): View[]
  /** Makes a branch with tables and takes orders there from now on. */
  openBranch(name: string): Promise<string>
}

interface Row {
  id: string
  name: string
  branch: string | null
}

/** Finds the places of the demo café and begins to take orders in them. */
export async function openCafe(traffic: Traffic): Promise<Cafe> {
  const asked = async <Body>(...request: Parameters<Traffic['send']>): Promise<Body> => {
    const body = await traffic.send<Body>(...request)
    if (body === null) throw new Error(`no answer to ${request[1]} ${request[2]}`)
    return body
  }
  const logIn = async (email: string): Promise<string> => {
    const body = { email, password: demoPassword }
    return (await asked<{ access: string }>('', 'POST', '/api/users/login/', body)).access
  }
  const list = async (token: string, path: string): Promise<Row[]> =>
    (await asked<{ results: Row[] }>(token, 'GET', `${path}?page_size=100`)).results
  const idsOf = (rows: readonly Row[]) => rows.map((row) => row.id)

  const owner = await logIn('owner@test.com')
  const other = await logIn('owner2@test.com')
  const { access: quiet } = await asked<{ access: string }>('', 'POST', '/api/users/register/', {
    email: `quiet${Date.now()}@test.com`,
    password: demoPassword,
    company_name: 'Тихое место',
  })
  const { company } = await asked<{ company: string }>(owner, 'GET', '/api/users/profile/')
  const branches = idsOf(await list(owner, '/api/users/branches/'))
  const dishes = idsOf(await list(owner, '/api/cafe/menu-items/'))
  const tables = await list(owner, '/api/cafe/tables/')
  const places: Place[] = branches.map((branch) => ({
    token: owner,
    branch,
    tables: idsOf(tables.filter((table) => table.branch === branch)),
    dishes,
  }))
  places.push({
    token: other,
    branch: null,
    tables: idsOf(await list(other, '/api/cafe/tables/')),
    dishes: idsOf(await list(other, '/api/cafe/menu-items/')),
  })
  for (const place of places) traffic.addPlace(place)

  const view = (token: string, branch: string | null, i: number): View => ({
    token,
    branch,
    group: groupNames[i % groupNames.length]!,
    companyWide: token === owner && branch === null,
  })
  return {
    company,
    branches,
    quietView: { ...view(quiet, null, 0), companyWide: false },
    // screens change replica with their number, so views change with a number that has no divisor in common with it
    views: (count) =>
      Array.from({ length: count }, (_, i) => {
        const kind = i % 11
        if (kind === 0) return view(owner, null, i)
        if (kind === 1) return view(other, null, i)
        return view(owner, branches[kind % branches.length]!, i)
      }),
    viewsOf: (branch, count) => Array.from({ length: count }, (_, i) => view(owner, branch, i)),
    async openBranch(name) {
      const { id: branch } = await asked<Row>(owner, 'POST', '/api/users/branches/', { name })
      const made: string[] = []
      for (const number of [1, 2, 3]) {
        made.push((await asked<Row>(owner, 'POST', '/api/cafe/tables/', { number, branch })).id)
      }
      traffic.addPlace({ token: owner, branch, tables: made, dishes })
      return branch
    },
  }
}
