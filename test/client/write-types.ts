import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { clientTypes, generated } from './types.ts'

/** `npm run client:types`: writes the types of the client package anew. */
const undo: (() => unknown)[] = []
try {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'client-types-'))
  undo.push(() => rm(DATA_DIR, { recursive: true, force: true }))
  const database = await openDatabase(readConfig({ DATA_DIR }))
  await database.migrate().finally(() => database.close())
  const files = await clientTypes(
    { teardown: (step) => void undo.push(step) },
    { on: { DATA_DIR }, books: 'unchecked' },
  )
  await mkdir(generated, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(generated, name), text)
} finally {
  for (const step of undo.reverse()) await step()
}
