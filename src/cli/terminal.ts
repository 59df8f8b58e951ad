import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { systemClock } from '../lib/clock.ts'
import { readConfig } from '../config/config.ts'
import { terminalLanguage } from '../config/terminal-language.ts'
import { openDatabase } from '../db/open.ts'
import { createChanges } from '../events/changes.ts'
import { textsOf } from './texts.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Surroundings, Workplace } from './command.ts'

/** Those of this process: its environment, and its terminal or what stands in its place in a pipe. */
export function ownSurroundings(name: string): Surroundings {
  const language = terminalLanguage()
  const texts = textsOf(language)
  return {
    name,
    language,
    readConfig,
    print: (text) => void process.stdout.write(text),
    pathOf: (file) => resolve(file),
    open: openWorkplace,
    async askPassword(fromInput) {
      if (fromInput || !process.stdin.isTTY) return firstLine(texts.noPasswordOnInput)
      const password = await askUnseen(texts.password, texts)
      if (password !== (await askUnseen(texts.onceMore, texts))) throw new StartupError(texts.passwordsDiffer)
      return password
    },
  }
}

/** A database for one command alone. What it appends, replicas find in the log; whom it changes, when they look next. */
export async function openWorkplace(config: ReturnType<typeof readConfig>): Promise<Workplace> {
  const database = await openDatabase(config)
  return {
    database,
    changes: createChanges({ database, clock: systemClock, publish: () => {} }),
    serves: false,
    forget: () => {},
    close: () => database.close(),
  }
}

async function firstLine(missing: string): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  throw new StartupError(missing)
}

/** On standard error: what the command answers may be read by a program. */
function askUnseen(
  question: string,
  texts: { readonly interrupted: string; readonly noPassword: string },
): Promise<string> {
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
    lines.once('SIGINT', () => end(() => reject(new StartupError(texts.interrupted))))
    lines.once('close', () => answered || end(() => reject(new StartupError(texts.noPassword))))
  })
}
