import { readFile } from 'node:fs/promises'
import { onLatinKeys } from '../../text/keyboard-layout.ts'
import { passwordLength } from './hash.ts'

/**
 * Whether a password is one of some 50,000 common leaked ones (@zxcvbn-ts, MIT), in any case, or one typed in the
 * other keyboard layout: «пароль» has the keys of `gfhjkm`. Uses no network.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  commonest ??= readCommonest()
  const list = await commonest
  const typed = password.trim().toLowerCase()
  return [typed, onLatinKeys(typed)].some((one) => list.includes(`\n${one}\n`))
}

/** Loaded on first use and kept as one string: searching it costs less than the hash that follows. */
let commonest: Promise<string> | undefined

async function readCommonest(): Promise<string> {
  const file = new URL(import.meta.resolve('@zxcvbn-ts/language-common/src/passwords.json'))
  const all = JSON.parse(await readFile(file, 'utf8')) as string[]
  return `\n${all.filter(({ length }) => length >= passwordLength.minimum).join('\n')}\n`
}
