import { startApp } from '../support/app.ts'
import type { Caller, TestApp } from '../support/app.ts'
import type { DatabaseKind } from '../support/database.ts'
import type { Teardown } from '../support/teardown.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { Role } from '../../src/db/enums.ts'

export const password = 'correct horse'

export interface Login {
  access: string
  refresh: string
  user_id: string
  role: string
  company: string | null
  branch_ids: string[]
  primary_branch_id: string | null
}

/** Somebody who has signed in. */
interface Person extends Caller {
  id: string
  email: string
  login: Login
}

export interface Staff extends TestApp {
  owner: Person
  /** Ids of the company's branches, in the order they were opened. */
  branches: string[]
  /** Hires somebody and signs them in. */
  hire(role: Role, branchIds?: string[], details?: object): Promise<Person>
  logIn(email: string): Promise<Person>
}

interface StaffOptions {
  kind?: DatabaseKind
  branches?: string[]
  env?: Record<string, string>
  on?: Record<string, string>
  clock?: Clock
}

let companies = 0

/** A company that has just registered, in a database of its own, with these branches. */
export async function startCompany(t: Teardown, options: StaffOptions = {}): Promise<Staff> {
  const app = await startApp(t, { content: 'empty', ...options })
  return foundCompany(app, options.branches ?? ['Центр', 'Юг'])
}

/** One more company on the same service. */
export async function foundCompany(app: TestApp, branchNames: string[]): Promise<Staff> {
  const number = ++companies
  const person = (email: string, login: Login): Person => ({
    ...app.withToken(login.access),
    id: login.user_id,
    email,
    login,
  })
  const logIn = async (email: string): Promise<Person> => {
    const reply = await app.withToken().post<Login>('/api/users/login/', { email, password })
    if (reply.status !== 200) throw new Error(`login of ${email}: ${JSON.stringify(reply)}`)
    return person(email, reply.body)
  }
  const email = `owner${number}@cafe.test`
  const registered = await app
    .withToken()
    .post<Login>('/api/users/register/', { email, password, company_name: `Кафе ${number}` })
  if (registered.status !== 201) throw new Error(`registration: ${JSON.stringify(registered)}`)
  const owner = person(email, registered.body)
  const branches: string[] = []
  for (const name of branchNames) {
    const branch = await owner.post<{ id: string }>('/api/users/branches/', { name })
    if (branch.status !== 201) throw new Error(`branch: ${JSON.stringify(branch)}`)
    branches.push(branch.body.id)
  }
  let hired = 0
  return {
    ...app,
    owner,
    branches,
    logIn,
    async hire(role, branchIds = branches.slice(0, 1), details = {}) {
      const body = {
        email: `${role}${++hired}.${number}@cafe.test`,
        password,
        role,
        branch_ids: branchIds,
        ...details,
      }
      const reply = await owner.post('/api/users/employees/', body)
      if (reply.status !== 201) throw new Error(`hiring: ${JSON.stringify(reply)}`)
      return logIn(body.email)
    },
  }
}
