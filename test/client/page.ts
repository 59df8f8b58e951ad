import { build } from 'esbuild'
import { repository } from '../support/repository.ts'
import { servePage } from '../support/site.ts'
import type { Teardown } from '../support/teardown.ts'

/** A page that has the package, bundled as an application does it: its exports, those of React, and what a test adds. */
const names = `
  import * as core from './packages/client/src/index.ts'
  import * as cafe from './packages/client/src/cafe.ts'
  import * as live from './packages/client/src/live.ts'
  import * as hooks from './packages/client/src/react.ts'
  import * as React from 'react'
  import { createRoot } from 'react-dom/client'
  Object.assign(globalThis, { ...core, ...cafe, ...live, ...hooks, React, createRoot })
  globalThis.sockets = 0
  globalThis.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given)
      globalThis.sockets++
    }
  }
`

/**
 * Serves that page from an origin of its own; ends with the test.
 * @param script runs in it after the package
 */
export async function serveClientPage(t: Teardown, script: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: names, resolveDir: repository, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  const html = `<!doctype html><meta charset="utf-8"><body></body><script>${outputFiles[0]!.text.replaceAll('</script', '<\\/script')}</script><script>${script}</script>`
  return servePage(t, html)
}
