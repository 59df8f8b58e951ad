import { randomInt } from 'node:crypto'
import { fieldError } from '../../http/errors.ts'
import { isCommonPassword } from './common.ts'
import { hashPassword } from './hash.ts'

/**
 * The hash of a new password. Every way to set a password uses it. The schema checks the length.
 * @param of the field of the password, and the e-mail address if known
 * @throws FieldError when the password is easy to guess
 */
export async function hashOfNew(
  password: string,
  { field, email }: { field: string; email?: string | undefined },
): Promise<string> {
  if (email !== undefined && isEmail(password, email)) throw fieldError(field, 'password_is_email')
  if (await isCommonPassword(password)) throw fieldError(field, 'common_password')
  return hashPassword(password)
}

/** 12 characters that are hard to confuse when read aloud: 60 bits. */
export function generatedPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')
}

function isEmail(password: string, email: string): boolean {
  const [typed, address] = [password, email].map((text) => text.trim().toLowerCase())
  return typed === address || typed === address!.split('@')[0]
}
