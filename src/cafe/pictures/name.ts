import { randomBytes } from 'node:crypto'
import type { Picture } from './picture.ts'

const form = /^[0-9a-f]{32}\.[0-9a-f]{16}\.webp$/

/** A name that nobody guesses, and that also says what is in the picture. */
export const pictureName = ({ hash }: Picture): string =>
  `${randomBytes(16).toString('hex')}.${hash.slice(0, 16)}.webp`

/** Whether a text has the form of a name: no more than letters, digits and two dots. */
export const isPictureName = (text: string): boolean => form.test(text)

/** Where the picture of this name is found; without scheme and host. */
export const picturePath = (companyId: string, name: string): string =>
  `/api/menu-images/${companyId}/${name}`
