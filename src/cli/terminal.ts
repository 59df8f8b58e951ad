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
import type { CommandContext, CommandDatabase } from './command.ts'

/** Environment of a command in this process: its settings, and its terminal or a pipe in its place. */
export function localContext(name: string): CommandContext {
  const language = terminalLanguage()
  const texts = textsOf(language)
  return {
    name,
    language,
    readConfig,
    isTerminal: process.stdout.isTTY,
    print: (text) => void process.stdout.write(text),
    pathOf: (file) => resolve(file),
    open: openCommandDatabase,
    async askPassword(fromInput, { isNew } = { isNew: true }) {
      if (fromInput || !process.stdin.isTTY) return firstLine(texts.noPasswordOnInput)
      const password = await askUnseen(texts.password, texts)
      if (isNew && password !== (await askUnseen(texts.onceMore, texts)))
        throw new StartupError(texts.passwordsDiffer)
      return password
    },
  }
}

/**
 * Opens a database for one command. Replicas find its events in the log, and its changes to people when they next check
 * them.
 */
export async function openCommandDatabase(config: ReturnType<typeof readConfig>): Promise<CommandDatabase> {
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

/** Asks on standard error, because a program may read the command's output. */
function askUnseen(
  question: string,
  texts: { readonly interrupted: string; readonly noPassword: string },
): Promise<string> {
  // the terminal is in raw mode while this listens, so only what readline writes would be seen
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  // written only now, because what is typed right after the question must not be seen either
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
