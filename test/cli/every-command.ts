import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Test } from 'tap'
import type { CommandName } from '../../src/cli/help.ts'
import { commands } from '../../src/cli/index.ts'
import { callService } from '../../src/cli/served/call.ts'
import { openCommandDatabase } from '../../src/cli/terminal.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Language } from '../../src/i18n/messages.ts'

/** What is typed when a password is asked for. */
export const password = 'корица и кофе'
/** «пароль-кофе», by Python's hashlib.pbkdf2_hmac. */
const djangoHash = 'pbkdf2_sha256$1000$jkAx93Ld0aQ2$SE9Begt7A/3iSxSqCkzFCMCuLcKRCKo3KZmorlLwkEg='

interface Terminal {
  password?: string
  language?: Language
}

export type Run = (
  name: CommandName,
  args: string[],
  terminal?: Terminal,
) => Promise<{ code: number; output: string }>

/** Every command with a database, but `restore`, which needs it for itself. */
export async function tryAll(t: Test, run: Run, folder: string, round: string): Promise<void> {
  const people = join(folder, `${round}.jsonl`)
  const address = `${round}@test.com`
  await writeFile(people, JSON.stringify({ email: address, password: djangoHash, role: 'owner' }))
  const owner = `owner-${round}@bar.kg`
  const slug = `bar-${round}`
  const at = ['--company', slug]
  const steps: [name: CommandName, args: string[], said: RegExp][] = [
    ['migrate', [], /^The database schema is up to date\.$/m],
    ['doctor', [], /^The books are in order\.$/m],
    ['create-company', ['--name', `Bar ${round}`, '--owner', owner], new RegExp(`^Company ${slug} is there`)],
    ['branches', ['create', ...at, '--name', 'One'], /^Branch One is open\.$/m],
    ['branches', ['rename', 'One', ...at, '--name', 'Two', '--code', '2'], /called Two now/],
    ['branches', ['close', '2', ...at], /is closed/],
    ['branches', ['open', '2', ...at], /is open again/],
    ['branches', at, /^Two +2 /m],
    [
      'create-user',
      [...at, '--email', `cook-${round}@bar.kg`, '--role', 'cook', '--branch', 'Two'],
      /as cook/,
    ],
    ['import-users', [people, ...at, '--dry-run'], /^1 people can be imported; nothing was changed\.$/m],
    ['import-users', [people, ...at], /^1 people imported\.$/m],
    ['list-users', at, new RegExp(`^${address} `, 'm')],
    ['rename-user', ['--email', address, '--first-name', 'Anna'], /is changed/],
    ['reset-password', ['--email', address], /has a new password/],
    ['disable-user', ['--email', address], /is closed/],
    ['enable-user', ['--email', address], /may log in again/],
    ['tokens', ['revoke', '--email', address], /have ended/],
    ['revoke-tokens', at, /All logins of 3 people have ended/],
    ['backup', [join(folder, `${round}.backup`)], /^The backup is there: .*\.backup, [\d.]+ MB\./m],
  ]
  for (const [name, args, said] of steps) {
    const { code, output } = await run(name, args, { password })
    t.match([code, output], [0, said], `${round}: ${name} ${args[0] ?? ''}`)
  }
  const tried = new Set(steps.map(([name]) => name))
  t.same(
    Object.entries(commands)
      .filter(([name, command]) => !tried.has(name as CommandName) && !command.isClient)
      .map(([name]) => name),
    ['restore'],
  )
  await t.rejects(run('list-users', ['--company', 'nowhere'], { language: 'ru' }), {
    exitCode: 1,
    message: 'компании с кодом nowhere нет',
  })
  await t.rejects(run('list-users', []), { exitCode: 2, message: /name the company/ })
}

/** As a terminal in `folder` calls the service that runs. */
export const throughService =
  (env: Record<string, string>, folder: string): Run =>
  async (name, args, { password: typed, language = 'en' } = {}) => {
    let output = ''
    const code = await callService(readConfig(env).dataDir, commands[name], args, {
      name,
      language,
      readConfig: () => readConfig(env),
      print: (text) => void (output += text),
      pathOf: (file) => resolve(folder, file),
      open: openCommandDatabase,
      askPassword: async () => typed!,
    })
    if (code === null) throw new Error('no service takes commands')
    return { code, output }
  }
