import { writeFile } from 'node:fs/promises'
import { bundleFile, clientBundle } from './bundle.ts'

/** `npm run client:bundle`: writes the file for pages without a build anew. */
await writeFile(bundleFile, await clientBundle())
