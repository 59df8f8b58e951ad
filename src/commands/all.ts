import type { Command } from './command.ts'
import { createCompany } from './create-company.ts'
import { createUser } from './create-user.ts'
import { doctor } from './doctor.ts'
import { importUsers } from './import-users.ts'
import { migrate } from './migrate.ts'

export const commands: Readonly<Record<string, Command>> = {
  migrate,
  doctor,
  'create-company': createCompany,
  'create-user': createUser,
  'import-users': importUsers,
}

const nameOf = (name: string) => name.padEnd(16)

/** All of them, a line each. */
export const commandsAsText = (): string =>
  Object.entries(commands)
    .map(([name, { summary }]) => `  ${nameOf(name)} ${summary}`)
    .join('\n')

/** How to use one. */
export function helpOf(name: string, { summary, synopsis, details }: Command): string {
  return `node dist/main.js ${`${name} ${synopsis}`.trim()}\n\n${summary}\n\n${details}\n`
}
