import { randomBytes } from 'node:crypto'
import { isUuid } from '../../http/params.ts'
import type { Picture } from './image.ts'

const form = /^[0-9a-f]{32}\.[0-9a-f]{16}\.webp$/

/** A name that nobody guesses, and that also says what is in the picture. */
export const pictureName = ({ hash }: Picture): string =>
  `${randomBytes(16).toString('hex')}.${hash.slice(0, 16)}.webp`

/** Whether a text has the form of a name: no more than letters, digits and two dots. */
export const isPictureName = (text: string): boolean => form.test(text)

/**
 * The part of a place that is of a company alone.
 * @throws Error when it is no id, so that no path leads out
 */
export function companyPart(companyId: string): string {
  if (!isUuid(companyId)) throw new Error('no company has such an id')
  return companyId.toLowerCase()
}

/** Where the picture of this name is found; without scheme and host. */
export const picturePath = (companyId: string, name: string): string =>
  `/api/menu-images/${companyId}/${name}`
