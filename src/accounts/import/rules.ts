import { Ajv } from 'ajv'
import { Type } from 'typebox'
import { roles } from '../../db/enums.ts'
import type { Infer } from '../../http/schemas.ts'
import { LineOrNone } from '../../http/schemas.ts'
import { readDjangoHash } from '../passwords/django.ts'
import { requireBranch } from '../employees/rules.ts'

/** One line of the file: a Django user. Unknown keys are ignored. */
const ImportedUser = Type.Object({
  email: Type.String({ maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' }),
  /** The hash in Django's format. */
  password: Type.String(),
  role: Type.Enum([...roles]),
  first_name: Type.Optional(LineOrNone(150)),
  last_name: Type.Optional(LineOrNone(150)),
  phone_number: Type.Optional(LineOrNone(32)),
  /** Codes of branches, the primary one first. */
  branches: Type.Optional(Type.Array(Type.String())),
})
type ImportedUser = Infer<typeof ImportedUser>

const isUser = new Ajv({ allErrors: true, keywords: ['clean'] }).compile<ImportedUser>(ImportedUser)

/** A user to import, with the line in the file. */
export interface ImportedPerson extends ImportedUser {
  readonly line: number
  readonly branchIds: readonly string[]
}

export interface LineError {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** The users of a JSON Lines file, and all its errors. Empty lines are skipped. */
export function parseImportFile(
  text: string,
  branches: readonly { id: string; code: string }[],
): { people: ImportedPerson[]; errors: LineError[] } {
  const people: ImportedPerson[] = []
  const errors: LineError[] = []
  const lineOf = new Map<string, number>()
  for (const [i, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue
    const line = i + 1
    const report = (message: string) => void errors.push({ line, message })
    const user = parsed(content)
    if (!isUser(user)) {
      for (const error of isUser.errors ?? [])
        report(`${error.instancePath.slice(1) || 'the line'} ${error.message}`)
      continue
    }
    const email = user.email.toLowerCase()
    const first = lineOf.get(email)
    if (first !== undefined) report(`${user.email} stands in line ${first} already`)
    lineOf.set(email, first ?? line)
    if (!readDjangoHash(user.password)) report('password is no pbkdf2_sha256 or argon2 hash of Django')
    const found = (user.branches ?? []).map((code) => ({
      code,
      matching: branches.filter((branch) => branch.code !== '' && branch.code === code),
    }))
    for (const { code, matching } of found)
      if (matching.length !== 1)
        report(`branches: ${matching.length === 0 ? 'no' : 'more than one'} branch has the code ${code}`)
    const branchIds = [...new Set(found.flatMap(({ matching }) => matching.map(({ id }) => id)))]
    if (needsBranch(user, branches, branchIds)) report(`branches: a ${user.role} needs one`)
    people.push({ ...user, line, branchIds })
  }
  return { people, errors }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

/** Applies the same rule as the API. */
function needsBranch(
  { role }: ImportedUser,
  branches: readonly { id: string }[],
  branchIds: readonly string[],
): boolean {
  try {
    requireBranch(
      role,
      branches.map(({ id }) => id),
      branchIds,
      {},
    )
    return false
  } catch {
    return true
  }
}
