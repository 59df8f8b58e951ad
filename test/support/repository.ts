import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Folder of the repository, with a slash at its end. Tests run from a compiled copy of `src`, `test` and `bench`, which has
 * a link to package.json.
 */
export const repository = `${dirname(realpathSync(fileURLToPath(new URL('../../package.json', import.meta.url))))}/`
