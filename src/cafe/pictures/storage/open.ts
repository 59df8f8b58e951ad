import type { Config } from '../../../config/config.ts'
import { openPictureFolder } from './folder.ts'
import type { PictureFolder } from './folder.ts'

/**
 * Opens the storage outside the database, if the settings have one.
 * @throws StartupError when it cannot be written
 */
export async function openPicturePlace(config: Config): Promise<PictureFolder | undefined> {
  if (config.menuImagesDir) return openPictureFolder(config.menuImagesDir)
  if (!config.menuImagesBucket) return undefined
  const { openPictureBucket } = await import('./s3.ts')
  return openPictureBucket(config.menuImagesBucket)
}
