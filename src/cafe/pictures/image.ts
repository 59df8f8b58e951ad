import { createHash } from 'node:crypto'
import { ResizeFit, Transformer } from '@napi-rs/image'
import { imageSize } from 'image-size'
import { ApiError, fieldError } from '../../http/errors.ts'
import type { FieldError } from '../../http/errors.ts'

/** A picture as stored and served: always WebP, re-encoded from the upload, pixels only. */
export interface Picture {
  readonly content: Buffer
  /** Hexadecimal digest of the content: another picture has another address. */
  readonly hash: string
}

export const pictureType = 'image/webp'
/** Largest accepted file. */
export const maxPictureBytes = 5 * 1024 * 1024

const accepted = ['jpg', 'png', 'webp']
const maxPixels = 24_000_000
/** Longer side after scaling down; smaller pictures keep their size. */
const maxSide = 1600
const quality = 82

/** Pictures that may wait for encoding: each holds its file in memory. */
const maxWaiting = 16

export interface PictureMaker {
  /**
   * @param field its field in the request
   * @throws FieldError when it is not a JPEG, PNG or WebP, is broken or has too many pixels; ApiError `unavailable`
   *   when too many wait already
   */
  make(file: Buffer, field: string): Promise<Picture>
}

/**
 * Encodes one picture at a time: a few kilobytes may decode to a hundred megabytes. The size is read from the header
 * before decoding.
 */
export function createPictureMaker(): PictureMaker {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return {
    async make(file, field) {
      const longerSide = sizeOf(file, field)
      if (waiting >= maxWaiting) throw new ApiError('unavailable', { retryAfter: 5 })
      waiting++
      const drawn = last.then(() => draw(file, longerSide))
      last = drawn.catch(() => {})
      try {
        const content = await drawn
        return { content, hash: createHash('sha256').update(content).digest('hex') }
      } catch {
        // the header is valid, the rest is not
        throw notAPicture(field)
      } finally {
        waiting--
      }
    },
  }
}

/** The longer side in pixels, by the header alone. */
function sizeOf(file: Buffer, field: string): number {
  const { type, width, height } = headerOf(file, field)
  if (!accepted.includes(type ?? '') || !(width > 0 && height > 0)) throw notAPicture(field)
  if (width * height > maxPixels)
    throw fieldError(field, 'too_many_pixels', { limit: maxPixels / 1_000_000, width, height })
  return Math.max(width, height)
}

function headerOf(file: Buffer, field: string) {
  try {
    return imageSize(file)
  } catch {
    throw notAPicture(field)
  }
}

function draw(file: Buffer, longerSide: number): Promise<Buffer> {
  const picture = new Transformer(file).rotate()
  const box = { width: maxSide, height: maxSide, fit: ResizeFit.Inside }
  return (longerSide > maxSide ? picture.resize(box) : picture).webp(quality)
}

const notAPicture = (field: string): FieldError => fieldError(field, 'not_a_picture')
