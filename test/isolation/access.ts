import type { Test } from 'tap'
import { allowedBy } from '../../src/accounts/permissions.ts'
import { roles } from '../../src/db/enums.ts'
import { missing } from '../cafe/people.ts'
import { rows } from './rows.ts'
import { keyOf, pathOf, send } from './world.ts'
import type { World } from './world.ts'

/** Who may call what, by the table of rows. */
export async function access(t: Test, { cafe, routes, staff }: World): Promise<void> {
  const guarded = routes.filter(({ row, route }) => row.access !== 'public' && route.method !== 'HEAD')
  const nobodys = [missing, missing]

  t.test('every route has its row, and every row its route', async (t) => {
    const keys = [...new Set(cafe.app.declaredRoutes.map(keyOf))]
    const unknown = keys.filter((key) => !rows[key])
    t.same(unknown, [], 'routes without a row: add one to test/isolation/*-rows.ts')
    const gone = Object.keys(rows).filter((key) => !keys.includes(key))
    t.same(gone, [], 'rows without a route')
    const others = routes.filter(({ route, row }) => route.access !== row.access).map(({ key }) => key)
    t.same(others, [], 'routes that declare another access than their row')
  })

  t.test('nobody without a good token', async (t) => {
    const faults: string[] = []
    for (const { key, route } of guarded) {
      const path = pathOf(route, nobodys)
      for (const [token, code] of [
        [undefined, 'not_authenticated'],
        ['garbage', 'token_not_valid'],
      ] as const) {
        const { status, headers, body } = await send(cafe.withToken(token), route.method, path)
        const refused = status === 401 && body.code === code && headers['www-authenticate'] === 'Bearer'
        if (!refused) faults.push(`${key} ${token}: ${status} ${JSON.stringify(body)}`)
      }
    }
    t.same(faults, [])
  })

  t.test('HEAD is guarded like GET', async (t) => {
    const faults: string[] = []
    for (const { key, route } of routes) {
      if (route.method !== 'HEAD' || route.access === 'public') continue
      const { statusCode } = await cafe.app.inject({ method: 'HEAD', url: pathOf(route, nobodys) })
      if (statusCode !== 401) faults.push(`${key}: ${statusCode}`)
    }
    t.same(faults, [])
  })

  for (const role of roles) {
    t.test(`role ${role}: what the table of permissions says, and nothing else`, async (t) => {
      const faults: string[] = []
      for (const { key, route, row } of guarded) {
        const { status, body } = await send(staff[role], route.method, pathOf(route, nobodys), {})
        const allowed = row.access === 'signed-in' || row.access === 'public' || allowedBy(role, row.access)
        const good = allowed
          ? ![401, 403].includes(status) && status < 500
          : status === 403 && body.code === 'permission_denied'
        if (!good) faults.push(`${key}: ${status} ${JSON.stringify(body)}`)
      }
      t.same(faults, [])
    })
  }

  t.test('somebody without a company gets no further', async (t) => {
    const faults: string[] = []
    for (const { key, route, row } of guarded) {
      const expected = row.withoutCompany ?? (row.access === 'signed-in' ? 200 : 403)
      const { status, body } = await send(cafe.as('nocompany'), route.method, pathOf(route, nobodys), {})
      const good = status === expected && (status !== 403 || body.code === 'no_company')
      if (!good) faults.push(`${key}: ${status} ${JSON.stringify(body)}`)
    }
    t.same(faults, [])
  })
}
