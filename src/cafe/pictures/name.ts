import { randomBytes } from 'node:crypto'
import { isUuid } from '../../http/params.ts'
import type { Picture } from './image.ts'

const form = /^[0-9a-f]{32}\.[0-9a-f]{16}\.webp$/

/** A name that cannot be guessed and contains the digest of the picture. */
export const pictureName = ({ hash }: Picture): string =>
  `${randomBytes(16).toString('hex')}.${hash.slice(0, 16)}.webp`

/** Whether a text has the form of a name: letters, digits and two dots. */
export const isPictureName = (text: string): boolean => form.test(text)

/**
 * The folder of a company.
 * @throws Error when it is not an id, so that no path leaves the storage
 */
export function companyPart(companyId: string): string {
  if (!isUuid(companyId)) throw new Error('no company has such an id')
  return companyId.toLowerCase()
}

/** Path of the picture's URL, without scheme and host. */
export const picturePath = (companyId: string, name: string): string =>
  `/api/menu-images/${companyId}/${name}`
