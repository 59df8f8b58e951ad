import { S3mini } from 's3mini'
import type { ListObject } from 's3mini'
import { isUuid } from '../../../http/params.ts'
import type { BucketSettings } from '../../../config/config.ts'
import { StartupError } from '../../../config/startup-error.ts'
import type { PictureFolder } from './folder.ts'
import { companyPart, isPictureName } from '../name.ts'

/** Time limit for the bucket, the same for reads as for changes. */
const requestMs = 5000
const probe = 'cafe-realtime.probe'

/**
 * Pictures in an S3 bucket (Amazon's or compatible): `<company>/<name>`. Writes of objects are atomic.
 * @throws StartupError when the bucket refuses writes; a bucket that does not answer may come back
 */
export async function openPictureBucket(settings: BucketSettings): Promise<PictureFolder> {
  const { url, region, accessKeyId, secretAccessKey } = settings
  const bucket = new S3mini({
    endpoint: url,
    region,
    accessKeyId,
    secretAccessKey,
    requestAbortTimeout: requestMs,
  })
  try {
    await bucket.putObject(probe, 'x')
    await bucket.deleteObject(probe)
  } catch (error) {
    const { status, message } = error as { status?: number; message: string }
    if (status !== undefined && status < 500)
      throw new StartupError(`cannot write to the bucket of pictures ${url}, see MENU_IMAGES_S3: ${message}`)
  }

  const keyOf = (companyId: string, name: string) => {
    if (!isPictureName(name)) throw new Error('no picture has such a name')
    return `${companyPart(companyId)}/${name}`
  }
  const companyIn = ({ Key }: ListObject) => Key.slice(0, Math.max(0, Key.indexOf('/')))

  return {
    async write(companyId, name, content) {
      await bucket.putObject(keyOf(companyId, name), content, 'image/webp')
    },
    async read(companyId, name) {
      const content = await bucket.getObjectArrayBuffer(keyOf(companyId, name))
      return content && Buffer.from(content)
    },
    async remove(companyId, file) {
      await bucket.deleteObject(keyOf(companyId, file))
    },
    async companyAfter(from) {
      // `~` sorts after every picture name
      let after = from === null ? '' : `${from}/~`
      for (;;) {
        const page = await bucket.listObjectsPaged(
          '/',
          '',
          1000,
          undefined,
          after ? { 'start-after': after } : {},
        )
        const objects = page?.objects ?? []
        const found = objects.map(companyIn).find(isUuid)
        if (found || objects.length === 0) return found ?? null
        after = objects.at(-1)!.Key
      }
    },
    async olderFiles(companyId, olderThan) {
      const objects = (await bucket.listObjects('/', `${companyId}/`)) ?? []
      return objects
        .filter(({ LastModified }) => new Date(LastModified) < olderThan)
        .map(({ Key }) => Key.slice(companyId.length + 1))
        .filter(isPictureName)
    },
  }
}
