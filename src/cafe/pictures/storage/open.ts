import type { Config } from '../../../config/config.ts'
import { openPictureFolder } from './folder.ts'
import type { PictureFolder } from './folder.ts'

/**
 * Opens the place outside of the database that pictures are kept in, where the settings name one.
 * @throws StartupError when it cannot be written
 */
export async function openPicturePlace(config: Config): Promise<PictureFolder | undefined> {
  if (config.menuImagesDir) return openPictureFolder(config.menuImagesDir)
  if (!config.menuImagesBucket) return undefined
  const { openPictureBucket } = await import('./s3.ts')
  return openPictureBucket(config.menuImagesBucket)
}
