import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { readConfig } from '../config/config.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Surroundings } from './command.ts'

/** Those of this process: its environment, and its terminal or what stands in its place in a pipe. */
export const ownSurroundings: Surroundings = {
  readConfig,
  print: (text) => void process.stdout.write(text),
  async askPassword() {
    if (!process.stdin.isTTY) return firstLine()
    const password = await askUnseen('Password: ')
    if (password !== (await askUnseen('Once more: '))) throw new StartupError('the two passwords differ')
    return password
  },
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  throw new StartupError('no password came on standard input')
}

/** On standard error: what the command answers may be read by a program. */
function askUnseen(question: string): Promise<string> {
  // the terminal is in raw mode while this listens, so only what readline writes would be seen
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  // only now: what is typed as soon as it is read must not be seen either
  process.stderr.write(question)
  return new Promise((resolve, reject) => {
    let answered = false
    const end = (settle: () => void) => {
      answered = true
      process.stderr.write('\n')
      settle()
      lines.close()
    }
    lines.once('line', (line) => end(() => resolve(line)))
    lines.once('SIGINT', () => end(() => reject(new StartupError('interrupted; nothing was changed'))))
    lines.once('close', () => answered || end(() => reject(new StartupError('no password was given'))))
  })
}
