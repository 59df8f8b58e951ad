import { resolve } from 'node:path'
import { commands } from '../../src/cli/index.ts'
import { openCommandDatabase } from '../../src/cli/terminal.ts'
import { readConfig } from '../../src/config/config.ts'
import type { CommandName } from '../../src/cli/help.ts'
import type { Language } from '../../src/i18n/messages.ts'

interface Terminal {
  /** What is typed when a password is asked for. */
  readonly password?: string
  readonly language?: Language
}

/** Runs a command in this process: what it prints, and its exit code. */
export async function runHere(
  name: CommandName,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { password, language = 'en' }: Terminal = {},
): Promise<{ code: number; output: string }> {
  let output = ''
  const code = await commands[name].run(args, {
    name,
    language,
    readConfig: () => readConfig(env),
    print: (text) => void (output += text),
    pathOf: (file) => resolve(file),
    open: openCommandDatabase,
    async askPassword() {
      if (password === undefined) throw new Error('no password is needed')
      return password
    },
  })
  return { code: code ?? 0, output }
}
