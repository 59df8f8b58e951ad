import { randomInt } from 'node:crypto'
import { fieldError } from '../../http/errors.ts'
import { isCommonPassword } from './common.ts'
import { hashPassword } from './hash.ts'

/**
 * The hash of a password that somebody chooses; every way to set one goes through here. Its length is a matter of the
 * schema.
 * @param of the field it stands in, and the login it is for, where that is at hand
 * @throws FieldError when it is one of those that guessers try first
 */
export async function hashOfNew(
  password: string,
  { field, email }: { field: string; email?: string | undefined },
): Promise<string> {
  if (email !== undefined && isEmail(password, email)) throw fieldError(field, 'password_is_email')
  if (await isCommonPassword(password)) throw fieldError(field, 'common_password')
  return hashPassword(password)
}

/** 12 characters that nobody mixes up when they read them out: 60 bits. */
export function generatedPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')
}

function isEmail(password: string, email: string): boolean {
  const [typed, address] = [password, email].map((text) => text.trim().toLowerCase())
  return typed === address || typed === address!.split('@')[0]
}
