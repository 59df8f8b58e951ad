import { createRequire } from 'node:module'

/** The version of the service, of package.json. */
export const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }
