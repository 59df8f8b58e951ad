import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config/config.ts'
import { ToolError } from '../db/postgresql-copies.ts'
import { counting, sizeOf } from '../db/restore.ts'
import { textsOf } from './texts.ts'
import type { CommandTexts } from './texts.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Command } from './command.ts'
import { readArguments } from './command.ts'
import { progress } from './progress.ts'
import { useDatabase } from './with-database.ts'

export const backup: Command = {
  async run(args, context) {
    const { language, print, pathOf, readConfig } = context
    const { positionals } = readArguments(args, context, {}, { optional: 1 })
    const texts = textsOf(language)
    const config = readConfig()
    const file = pathOf(positionals[0] ?? `cafe-${moment()}.backup`)
    if (await isThere(file)) throw new StartupError(texts.fileExists(file))
    const bytes = await useDatabase(context, config, async ({ database }) => {
      print(`${texts.backingUp(nameOf(config), texts.size(await sizeOf(database)))}\n`)
      return write(file, await database.dump().catch(toolError(texts)), texts, print)
    })
    print(`${texts.backedUp(file, texts.size(bytes))}\n`)
    const pictures = config.menuImagesDir ?? config.menuImagesBucket?.url
    if (pictures) print(`${texts.picturesApart(pictures)}\n`)
  },
}

/** Writes the file whole or not at all: it has another name until its last byte is on the disk. */
async function write(
  file: string,
  copy: NodeJS.ReadableStream,
  texts: CommandTexts,
  print: (text: string) => void,
): Promise<number> {
  const part = `${file}.part`
  const told = progress((bytes) => print(`${texts.written(texts.size(bytes))}\n`))
  try {
    // it has password hashes and the phone numbers of guests: readable by the owner only
    await pipeline(copy, counting(told), createWriteStream(part, { mode: 0o600, flags: 'wx', flush: true }))
    const { size } = await stat(part)
    await rename(part, file)
    return size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(part, { force: true })
    if (error instanceof ToolError) return toolError(texts)(error)
    throw new StartupError(texts.cannotWrite(file, (error as Error).message), { cause: error })
  }
}

/** Turns an error of PostgreSQL's programs into a sentence. */
export const toolError =
  (texts: CommandTexts) =>
  (error: unknown): never => {
    if (!(error instanceof ToolError)) throw error
    const { tool, said } = error
    throw new StartupError(said === null ? texts.noTool(tool) : texts.toolFailed(tool, said), {
      cause: error,
    })
  }

/** Name of a database for messages, without its password. */
function nameOf({ databaseUrl, dataDir }: Config): string {
  if (!databaseUrl) return dataDir
  const { host, pathname } = new URL(databaseUrl)
  return `${host}${pathname}`
}

const moment = () => new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
