import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { program, rig } from './rig.ts'
import { refuseSecrets } from './secrets.ts'
import { startChild } from './services/child.ts'
import type { Teardown } from './teardown.ts'
import { waitUntil } from './wait.ts'
import { repository } from './repository.ts'

const shippedConfig = `${repository}nginx.conf`

export interface Nginx {
  readonly httpUrl: string
  readonly socketUrl: string
  /** What it has written to its access log. */
  accessLog(): Promise<string>
  /** What it has written to its error log. */
  errors(): string
  stop(): Promise<void>
}

/** Starts the real nginx with the repo's nginx.conf in front of the replicas; only port and folders differ from the shipped file. */
export async function startNginx(t: Teardown, replicaPorts: readonly number[]): Promise<Nginx> {
  const folder = await mkdtemp(join(rig().folder, 'nginx-'))
  // its workers are `nobody` when root starts it
  await chmod(rig().folder, 0o711)
  await chmod(folder, 0o755)
  const port = await freePort()
  await writeFile(join(folder, 'nginx.conf'), adapt(await readFile(shippedConfig, 'utf8'), folder, port))
  await writeFile(join(folder, 'upstream.conf'), upstreamOf(replicaPorts))

  const child = startChild(await program('nginx'), [
    '-p',
    folder,
    '-c',
    join(folder, 'nginx.conf'),
    '-g',
    'daemon off;',
  ])
  t.teardown(async () => {
    await child.stop()
    refuseSecrets('nginx', await readFile(join(folder, 'access.log'), 'utf8'))
    refuseSecrets('nginx', `{${child.output().replaceAll('\n', '\n{')}`)
  })
  const httpUrl = `http://127.0.0.1:${port}`
  await waitUntil(
    async () => {
      if (!child.running) throw new Error(`nginx did not start:\n${child.output()}`)
      return answers(httpUrl)
    },
    { what: 'nginx answers' },
  )
  return {
    httpUrl,
    socketUrl: `ws://127.0.0.1:${port}`,
    accessLog: () => readFile(join(folder, 'access.log'), 'utf8'),
    errors: () => child.output(),
    stop: () => child.stop(),
  }
}

/** @throws Error when the shipped file no longer has a place that must differ */
function adapt(config: string, folder: string, port: number): string {
  const changes: [RegExp, string][] = [
    [/listen 8000/g, `listen 127.0.0.1:${port}`],
    [/\/tmp\//g, `${folder}/`],
    [/\/dev\/stdout/g, `${folder}/access.log`],
  ]
  return changes.reduce((text, [place, value]) => {
    if (!place.test(text)) throw new Error(`nginx.conf has no ${place.source}`)
    return text.replace(place, value)
  }, config)
}

const upstreamOf = (ports: readonly number[]) => `upstream cafe {
    zone cafe 256k;
    least_conn;
${ports.map((port) => `    server 127.0.0.1:${port} max_fails=3 fail_timeout=5s;`).join('\n')}
    keepalive 64;
}
`

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(`${url}/healthz`)).arrayBuffer()
    return true
  } catch {
    return false
  }
}
