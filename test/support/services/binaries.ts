import { execFileSync } from 'node:child_process'
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** Folder with all of PostgreSQL's programs, ≥ 15: that of the `postgres` on PATH, or where Debian and Homebrew keep them. */
export function findPostgres(): string | undefined {
  const candidates = [...onPath(), ...debianVersions(), '/opt/homebrew/bin', '/usr/local/pgsql/bin']
  const found = candidates.find(
    (folder) =>
      executable(join(folder, 'initdb')) &&
      executable(join(folder, 'postgres')) &&
      majorVersion(join(folder, 'postgres')) >= 15,
  )
  return found && dirname(realpathSync(join(found, 'postgres')))
}

/** A Redis or Valkey server. */
export const findRedis = (): string | undefined => find('redis-server') ?? find('valkey-server')

export const findNginx = (): string | undefined => find('nginx')

export function find(name: string): string | undefined {
  return [...onPath(), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']
    .map((folder) => join(folder, name))
    .find(executable)
}

const onPath = (): string[] => (process.env.PATH ?? '').split(delimiter).filter(Boolean)

function debianVersions(): string[] {
  const folder = '/usr/lib/postgresql'
  try {
    const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a))
    return versions.map((version) => join(folder, version, 'bin'))
  } catch {
    return []
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function majorVersion(binary: string): number {
  const text = execFileSync(binary, ['--version'], { encoding: 'utf8' })
  return Number(/(\d+)(?:\.\d+)?/.exec(text)?.[1] ?? 0)
}
