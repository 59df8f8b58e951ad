import { mkdtemp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { freePort, listens } from './free-port.ts'
import { rig } from './rig.ts'
import { startChild } from './services/child.ts'
import type { Teardown } from './teardown.ts'
import { waitUntil } from './wait.ts'

/** Settings of a bucket of an S3 that is started for the test, and its end. */
export async function startBucket(t: Teardown) {
  const port = await freePort()
  const directory = await mkdtemp(join(rig().folder, 's3-'))
  const program = createRequire(import.meta.url).resolve('s3rver/bin/s3rver.js')
  const where = ['-d', directory, '-a', '127.0.0.1', '-p', `${port}`]
  const server = startChild(process.execPath, [program, ...where, '--configure-bucket', 'pictures'])
  t.teardown(() => server.stop())
  await waitUntil(() => listens(port), { what: 'the S3 listens' })
  return {
    env: {
      MENU_IMAGES_S3: `http://127.0.0.1:${port}/pictures`,
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    },
    stop: () => server.stop(),
  }
}
