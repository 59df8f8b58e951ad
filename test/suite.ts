import { join } from 'node:path'
import t from 'tap'
import type { Suite } from './support/runner.ts'

/**
 * Runs compiled test files, each in a process of its own; `npm test` starts it.
 *
 * The program `tap` is not what starts them: it puts hooks into every process, to know which files it loads, and with them a test
 * file takes twice as long to come up.
 */
const { files, jobs, timeoutSeconds, grep, inspect } = JSON.parse(process.argv[2]!) as Suite
const { NODE_OPTIONS: nodeOptions = '', ...env } = process.env
const compiled = (file: string) => join(import.meta.dirname, '..', file.replace(/ts$/, 'js'))

t.jobs = jobs
t.setTimeout(0)
t.plan(files.length)
for (const name of files) {
  // set here, since tap's own hook is put into NODE_OPTIONS of what it spawns
  const command = [
    `NODE_OPTIONS=${nodeOptions}`,
    process.execPath,
    '--enable-source-maps',
    ...(inspect ? ['--inspect-brk'] : []),
    compiled(name),
  ]
  void t.spawn('env', command, {
    name,
    at: null,
    stack: '',
    buffered: true,
    timeout: timeoutSeconds * 1000,
    env: { ...env, TAP_TIMEOUT: String(timeoutSeconds), ...(grep && { TAP_GREP: grep.join('\n') }) },
  })
}
