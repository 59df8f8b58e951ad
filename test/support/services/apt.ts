import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { ServiceError } from './service-error.ts'

/** Whether packages can be installed here without asking anybody: root on Debian or Ubuntu. */
export const hasApt = (): boolean =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')

/** @throws ServiceError with apt's own words */
export async function installPackages(packages: string[]): Promise<void> {
  console.log(`installing ${packages.join(', ')}`)
  await apt(['update'])
  await apt(['install', '-y', '--no-install-recommends', ...packages])
}

function apt(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('apt-get', ['-q', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new ServiceError(`apt-get ${args.join(' ')} failed:\n${output}`))
    })
  })
}
