import { join } from 'node:path'
import { build } from 'esbuild'
import { repository } from '../support/repository.ts'

/** The file that the service serves at `/client.js`. */
export const bundleFile = join(repository, 'web/client.js')

const parts = ['index', 'cafe', 'live'].map((name) => `export * from './packages/client/src/${name}.ts'`)

/** Everything of the client package but the hooks, as one module for pages without a build. */
export async function clientBundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: parts.join('\n'), resolveDir: repository, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    banner: { js: '// @cafe-realtime/client, MIT; written by `npm run client:bundle`' },
    write: false,
  })
  return outputFiles[0]!.text
}
