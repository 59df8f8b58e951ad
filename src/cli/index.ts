import { distance } from 'fastest-levenshtein'
import { commandHelp, usageTexts } from './help.ts'
import type { CommandName } from './help.ts'
import type { Language } from '../i18n/messages.ts'
import { backup } from './backup.ts'
import { branches } from './branches.ts'
import type { Command } from './command.ts'
import { createCompany } from './create-company.ts'
import { createUser } from './create-user.ts'
import { doctor } from './doctor.ts'
import { importUsers } from './import-users.ts'
import { migrate } from './migrate.ts'
import { events } from './remote/events.ts'
import { order } from './remote/order.ts'
import { tail } from './remote/tail.ts'
import { token } from './remote/token.ts'
import { peopleCommands } from './people.ts'
import { restore } from './restore.ts'
import { tokenCommands } from './tokens.ts'

export const commands: Readonly<Record<CommandName, Command>> = {
  migrate,
  doctor,
  'create-company': createCompany,
  'create-user': createUser,
  'import-users': importUsers,
  ...peopleCommands,
  ...tokenCommands,
  branches,
  backup,
  restore,
  token,
  order,
  events,
  tail,
}

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name)

const names = Object.keys(commandHelp) as CommandName[]
const nameOf = (name: string) => name.padEnd(16)

/** All commands, one line each. */
export const commandsAsText = (language: Language): string =>
  [
    `  ${nameOf('start')} ${usageTexts[language].startCommand}`,
    ...names.map((name) => `  ${nameOf(name)} ${commandHelp[name][language].summary}`),
  ].join('\n')

/** The command most similar to a mistyped one. */
export const nearest = (name: string): string =>
  [...names, 'start'].sort((a, b) => distance(name, a) - distance(name, b))[0]!

/** The help text of one command. */
export function helpOf(name: CommandName, language: Language): string {
  const { summary, synopsis, details } = commandHelp[name][language]
  return `node dist/main.js ${`${name} ${synopsis}`.trim()}\n\n${summary}\n\n${details}\n`
}
