import { Transformer } from '@napi-rs/image'

/** A real picture: red on its left half, blue on its right. */
export function picture(width = 60, height = 40): Transformer {
  const pixels = new Uint8Array(width * height * 4)
  for (let i = 0; i < width * height; i++)
    pixels.set(i % width < width / 2 ? [220, 20, 20, 255] : [20, 20, 220, 255], i * 4)
  return Transformer.fromRgbaPixels(pixels, width, height)
}

/** A JPEG with what a phone adds to one: turned by a quarter, and a word that nobody should get. */
export async function phonePhoto(): Promise<Buffer> {
  const jpeg = await picture().jpeg(90)
  const secret = Buffer.from('Bishkek, Toktogul street 1\0')
  // TIFF, big-endian: two entries, orientation 6 (turn clockwise) and a description
  const tiff = Buffer.alloc(8 + 2 + 24 + 4)
  tiff.write('MM\0*\0\0\0\x08', 0, 'latin1')
  tiff.writeUInt16BE(2, 8)
  tiff.writeUInt16BE(0x0112, 22)
  tiff.writeUInt16BE(3, 24)
  tiff.writeUInt32BE(1, 26)
  tiff.writeUInt16BE(6, 30)
  tiff.writeUInt16BE(0x010e, 10)
  tiff.writeUInt16BE(2, 12)
  tiff.writeUInt32BE(secret.length, 14)
  tiff.writeUInt32BE(tiff.length, 18)
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, secret])
  const length = Buffer.alloc(2)
  length.writeUInt16BE(exif.length + 2)
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, exif, jpeg.subarray(2)])
}

/** A PNG of a few dozen bytes that says it is this large. */
export async function pngThatSays(width: number, height: number): Promise<Buffer> {
  const png = Buffer.from(await picture().png())
  png.writeUInt32BE(width, 16)
  png.writeUInt32BE(height, 20)
  return png
}
