import { readFile } from 'node:fs/promises'
import { onLatinKeys } from '../../text/keyboard-layout.ts'
import { passwordLength } from './hash.ts'

/**
 * Whether a password is among the commonest of past leaks (some 50,000, of @zxcvbn-ts, MIT), in whatever case, or becomes
 * one of them on the other keyboard layout: «пароль» is typed with the keys of `gfhjkm`. Nothing is asked over the network.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  commonest ??= readCommonest()
  const list = await commonest
  const typed = password.trim().toLowerCase()
  return [typed, onLatinKeys(typed)].some((one) => list.includes(`\n${one}\n`))
}

/** Read when first asked for, and kept as one text: a search in it costs less than the hash that follows. */
let commonest: Promise<string> | undefined

async function readCommonest(): Promise<string> {
  const file = new URL(import.meta.resolve('@zxcvbn-ts/language-common/src/passwords.json'))
  const all = JSON.parse(await readFile(file, 'utf8')) as string[]
  return `\n${all.filter(({ length }) => length >= passwordLength.minimum).join('\n')}\n`
}
