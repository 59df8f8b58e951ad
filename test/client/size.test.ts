import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import t from 'tap'
import { repository } from '../support/repository.ts'

/** What a page loads for each part of the package: minified, with gzip, in bytes. */
const largest = { index: 6 * 1024, cafe: 2.5 * 1024, live: 9 * 1024, react: 0.6 * 1024 }

t.test('the client stays small', async (t) => {
  for (const [entry, bytes] of Object.entries(largest)) {
    const { outputFiles } = await build({
      entryPoints: [`${repository}packages/client/src/${entry}.ts`],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      external: ['react'],
      write: false,
    })
    const size = gzipSync(outputFiles[0]!.contents).length
    t.ok(size <= bytes, `${entry}: ${size} of ${bytes} bytes`)
  }
})
