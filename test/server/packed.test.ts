import { execFile } from 'node:child_process'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { bareEnvironment } from '../support/process.ts'
import { repository } from '../support/repository.ts'
import { rig } from '../support/rig.ts'
import { startChild } from '../support/services/child.ts'
import { waitUntil } from '../support/wait.ts'

const run = promisify(execFile)

t.test('the packed program starts in any folder', async (t) => {
  const folder = t.testdir({ source: {}, empty: {} })
  const source = join(folder, 'source')
  await cp(dirname(rig().main), join(source, 'dist'), { recursive: true })
  for (const name of ['package.json', 'drizzle', 'exec.cmd', 'scripts', 'web', 'README.md', 'LICENSE'])
    await cp(join(repository, name), join(source, name), { recursive: true })
  const { stdout } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder],
    {
      cwd: source,
    },
  )
  await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', folder])
  // what npm installs beside it
  await symlink(join(repository, 'node_modules'), join(folder, 'package', 'node_modules'))
  await mkdir(join(folder, 'bin'))
  await symlink(join(folder, 'package', 'dist', 'main.js'), join(folder, 'bin', 'cafe-realtime'))

  const env = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const port = await freePort()
  const program = startChild(process.execPath, [join(folder, 'bin', 'cafe-realtime')], {
    cwd: join(folder, 'empty'),
    env: { ...bareEnvironment(), ...env, HOST: '127.0.0.1', PORT: String(port) },
  })
  t.teardown(() => program.stop())
  const url = `http://127.0.0.1:${port}`
  await waitUntil(
    async () => {
      if (!program.running) throw new Error(`it ended:\n${program.output()}`)
      return (await fetch(`${url}/readyz`).catch(() => null))?.ok
    },
    { what: 'it is ready', timeoutMs: 60_000 },
  )
  t.equal((await fetch(url)).status, 200, 'the landing page is in the package')
  t.equal((await fetch(`${url}/api/openapi.json`)).status, 200)
})
