import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { textsOf } from '../texts.ts'
import { StartupError } from '../../config/startup-error.ts'
import type { Command, CommandContext } from '../command.ts'
import { findAddress } from './address.ts'
import { linesOf } from './lines.ts'
import type { Answer, Call, Said } from './lines.ts'

/**
 * Sends a command to the service that runs on the data folder.
 * @returns its exit code; null when no service runs there
 * @throws StartupError the error of the command, or that the service must be stopped for it
 */
export async function callService(
  dataDir: string,
  { alone }: Command,
  args: readonly string[],
  context: CommandContext,
): Promise<number | null> {
  const { name, language, print, askPassword, pathOf } = context
  const address = await findAddress(dataDir)
  const socket = address === null ? null : await reach(address)
  if (!socket) return null
  const texts = textsOf(language)
  try {
    if (alone) throw new StartupError(texts.stopFirst(name, dataDir))
    const lines = linesOf<Said, Call | Answer>(socket)
    lines.write({ name, args, language, folder: pathOf('.') })
    for (;;) {
      const said = await lines.read()
      if (said === null) throw new StartupError(texts.serviceLeft)
      if ('print' in said) print(said.print)
      else if ('askPassword' in said)
        lines.write(await answerOf(() => askPassword(said.askPassword.fromInput)))
      else if ('done' in said) return said.done
      else throw new ServiceError(said.fault, said.code)
    }
  } finally {
    socket.destroy()
  }
}

/** An error of the command in the service. */
class ServiceError extends StartupError {
  override readonly exitCode: number
  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

async function answerOf(ask: () => Promise<string>): Promise<Answer> {
  try {
    return { password: await ask() }
  } catch (error) {
    if (error instanceof StartupError) return { fault: error.message }
    throw error
  }
}

/** Null when no process listens: there was no service, or it was killed. */
function reach(address: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(address)
    socket.once('connect', () => resolve(socket))
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR'
        ? resolve(null)
        : reject(new StartupError(message)),
    )
    // also later, when the service ends during a command: the end of its lines shows that
    socket.on('error', () => {})
  })
}
