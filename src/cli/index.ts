import type { Command } from './command.ts'
import { createCompany } from './create-company.ts'
import { createUser } from './create-user.ts'
import { doctor } from './doctor.ts'
import { importUsers } from './import-users.ts'
import { migrate } from './migrate.ts'
import { peopleCommands } from './people.ts'

export const commands: Readonly<Record<string, Command>> = {
  migrate,
  doctor,
  'create-company': createCompany,
  'create-user': createUser,
  'import-users': importUsers,
  ...peopleCommands,
}

const nameOf = (name: string) => name.padEnd(16)

/** All of them, a line each. */
export const commandsAsText = (): string =>
  Object.entries(commands)
    .map(([name, { summary }]) => `  ${nameOf(name)} ${summary}`)
    .join('\n')

/** The command that somebody may have meant, by the fewest letters that differ. */
export const nearest = (name: string): string =>
  [...Object.keys(commands), 'start'].sort((a, b) => distance(name, a) - distance(name, b))[0]!

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (letter === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

/** How to use one. */
export function helpOf(name: string, { summary, synopsis, details }: Command): string {
  return `node dist/main.js ${`${name} ${synopsis}`.trim()}\n\n${summary}\n\n${details}\n`
}
