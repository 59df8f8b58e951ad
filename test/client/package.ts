import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from '../support/repository.ts'
import { rig } from '../support/rig.ts'

const run = promisify(execFile)

/**
 * Packs the package as it is published, and installs it into an empty project.
 * @returns the folder of the project
 */
export async function installedClient(): Promise<string> {
  const folder = await mkdtemp(join(rig().folder, 'client-package-'))
  const source = join(folder, 'packages/client')
  await mkdir(source, { recursive: true })
  await cp(`${repository}tsconfig.json`, join(folder, 'tsconfig.json'))
  for (const name of ['package.json', 'README.md', 'LICENSE', 'tsconfig.json', 'tsconfig.build.json', 'src'])
    await cp(`${repository}packages/client/${name}`, join(source, name), { recursive: true })
  await symlink(`${repository}node_modules`, join(folder, 'node_modules'))
  await symlink(`${repository}packages/client/node_modules`, join(source, 'node_modules'))
  await run('npm', ['pack', '--pack-destination', folder], { cwd: source })
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!

  const project = await mkdtemp(join(rig().folder, 'project-'))
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'project', private: true, type: 'module' }),
  )
  const options = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts']
  await run('npm', ['install', join(folder, archive), ...options], { cwd: project })
  return project
}

/** Gives a project further packages, those of this repository. */
export async function lend(project: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const place = join(project, 'node_modules', name)
    await mkdir(join(place, '..'), { recursive: true })
    await symlink(`${repository}node_modules/${name}`, place)
  }
}
