import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { repository } from '../support/repository.ts'

const run = promisify(execFile)

t.test('a newcomer makes a resource as docs/contributing.md says', async (t) => {
  const copy = t.testdir({})
  const { stdout: list } = await run('git', ['ls-files', '-co', '--exclude-standard'], { cwd: repository })
  for (const path of list
    .split('\n')
    .filter((name) => /^(src|test|scripts|drizzle|package|ts|web|bench)/.test(name))) {
    await mkdir(dirname(join(copy, path)), { recursive: true })
    await cp(join(repository, path), join(copy, path))
  }
  await symlink(join(repository, 'node_modules'), join(copy, 'node_modules'))
  const doc = await readFile(join(repository, 'docs/contributing.md'), 'utf8')
  const [, commands = ''] = /## A resource[^]*?```bash\n([^]*?)```/.exec(doc) ?? []
  t.match(commands, /new:resource/)
  for (const command of commands.trim().split('\n')) {
    // or the inner run would report to this one
    const alone = `unset $(env | grep -o '^TAP[A-Z_]*'); ${command}`
    const { stdout } = await run('sh', ['-c', alone], { cwd: copy, maxBuffer: 2 ** 26 })
    t.pass(command)
    if (command.includes('npm test')) t.match(stdout, /[1-9]\d* passed, 0 failed/)
  }
})
