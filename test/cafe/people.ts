import type { Caller } from '../support/app.ts'

/** One page of a list as it stands on the wire. */
export interface List<Row> {
  count: number
  next: string | null
  previous: string | null
  results: Row[]
}

interface Branch {
  id: string
  name: string
}

/** Ids of the demo company's two branches. */
export async function branchesOf(owner: Caller): Promise<{ centre: string; south: string }> {
  const { body } = await owner.get<{ results: Branch[] } | Branch[]>('/api/users/branches/')
  const all = Array.isArray(body) ? body : body.results
  const named = (name: string) => all.find((branch) => branch.name === name)!.id
  return { centre: named('Центр'), south: named('Юг') }
}

export const missing = '0190a000-0000-7000-8000-000000000000'
export const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
