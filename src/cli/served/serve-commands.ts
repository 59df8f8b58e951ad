import { chmod, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import type { Logger } from 'pino'
import type { Authenticator } from '../../accounts/authenticator.ts'
import type { Config } from '../../config/config.ts'
import type { Database } from '../../db/database.ts'
import type { Changes } from '../../events/changes.ts'
import { StartupError } from '../../config/startup-error.ts'
import { commands, isCommand } from '../index.ts'
import type { CommandContext, CommandDatabase } from '../command.ts'
import { runCommand } from '../run.ts'
import { makeAddress } from './address.ts'
import { linesOf } from './lines.ts'
import type { Answer, Call, Lines, Said } from './lines.ts'

interface Deps {
  readonly config: Config
  readonly database: Database
  readonly changes: Changes
  readonly authenticator: Authenticator
  readonly log: Logger
}

/**
 * Takes commands from the owner of the data folder and runs them in this process, because only one process may use an
 * embedded database. If the socket cannot be made, the service runs without it, and commands say that it must be
 * stopped.
 */
export async function serveCommands(deps: Deps): Promise<{ close(): Promise<void> }> {
  const { config, log } = deps
  const open = new Map<Terminal, Promise<void>>()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    const lines: Terminal = linesOf(socket)
    const work = carryOut(lines, deps).finally(() => {
      open.delete(lines)
      socket.end()
    })
    open.set(lines, work)
  })
  try {
    const address = await makeAddress(config.dataDir)
    // this process holds the lock of the folder, so the previous owner of the socket has ended
    if (!address.startsWith('\\\\')) await rm(address, { force: true })
    await new Promise<void>((done, failed) => server.once('error', failed).listen(address, done))
    if (!address.startsWith('\\\\')) await chmod(address, 0o600)
  } catch (error) {
    log.warn({ err: error }, 'takes no commands while it runs')
  }
  return {
    async close() {
      server.close()
      // a command that still waits for a password is aborted
      for (const lines of open.keys()) lines.stopReading()
      await Promise.all(open.values())
    },
  }
}

type Terminal = Lines<Call | Answer, Said>

async function carryOut(lines: Terminal, deps: Deps): Promise<void> {
  try {
    const call = (await lines.read()) as Call | null
    if (call) lines.write({ done: await run(call, lines, deps) })
  } catch (error) {
    const { message, stack = message } = error as Error
    const isTold = error instanceof StartupError
    if (!isTold) deps.log.error({ err: error }, 'a command failed')
    lines.write({ fault: isTold ? message : stack, code: isTold ? error.exitCode : 1 })
  }
}

function run({ name, args, language, folder }: Call, lines: Terminal, deps: Deps): Promise<number> {
  const { config, database, changes, authenticator } = deps
  // a terminal of another version may know commands that this service does not, and the reverse
  if (!isCommand(name) || commands[name].alone || commands[name].isClient)
    throw new StartupError(`${name}: not in a service that runs`)
  const place: CommandDatabase = {
    database,
    changes,
    serves: true,
    forget: (change) =>
      'userId' in change
        ? authenticator.forget(change.userId)
        : authenticator.forgetCompany(change.companyId),
    close: async () => {},
  }
  const context: CommandContext = {
    name,
    language,
    readConfig: () => config,
    print: (print) => lines.write({ print }),
    pathOf: (file) => resolve(folder, file),
    open: async () => place,
    async askPassword(fromInput) {
      lines.write({ askPassword: { fromInput } })
      const answer = (await lines.read()) as Answer | null
      if (answer === null) throw new StartupError('the terminal has gone')
      if ('fault' in answer) throw new StartupError(answer.fault)
      return answer.password
    },
  }
  return runCommand(name, args, context)
}
