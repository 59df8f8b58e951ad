import { createReadStream } from 'node:fs'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { sql } from 'drizzle-orm'
import type { Config } from '../config/config.ts'
import { rowsOf } from './database.ts'
import type { Database, Tx } from './database.ts'
import { databaseFolder, openFiles } from './embedded.ts'
import { lockFolder } from './folder-lock.ts'
import { openPostgresql } from './postgresql.ts'
import { restorePostgresql } from './postgresql-copies.ts'
import { prepareRoles } from './grants.ts'
import { roleNames } from './roles.ts'

/** The restore was refused; nothing has changed. */
export class RestoreRefused extends Error {
  readonly reason: 'not_empty' | 'not_ours' | 'other_kind' | 'no_backup'
  /** Number of existing companies. */
  readonly companies: number
  constructor(reason: RestoreRefused['reason'], companies = 0, options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
    this.companies = companies
  }
}

interface Options {
  /** Whether existing companies may be replaced. */
  readonly replace: boolean
  /** Called with the number of bytes read so far. */
  readonly onRead: (bytes: number) => void
}

export interface Restored {
  readonly companies: number
  readonly people: number
  readonly orders: number
  /** Folder of the replaced database; null if there is none. */
  readonly kept: string | null
}

/**
 * Restores a dump into the configured database, all of it or nothing. Then it applies migrations, sets a new epoch and ends
 * every login.
 * @throws RestoreRefused
 */
export async function restoreDatabase(config: Config, file: string, options: Options): Promise<Restored> {
  const kind = await kindOf(file)
  if (!kind) throw new RestoreRefused('no_backup')
  const url = config.databaseMigrateUrl ?? config.databaseUrl
  if ((kind === 'embedded') !== (url === undefined)) throw new RestoreRefused('other_kind')
  return url === undefined
    ? restoreEmbedded(config.dataDir, file, options)
    : restoreOverNetwork({ ...config, databaseUrl: url }, url, file, options)
}

const beginnings = { embedded: Buffer.from([0x1f, 0x8b]), postgresql: Buffer.from('PGDMP') } as const

async function kindOf(file: string): Promise<keyof typeof beginnings | undefined> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(5), 0, 5, 0)
    return (['embedded', 'postgresql'] as const).find((kind) =>
      buffer.subarray(0, beginnings[kind].length).equals(beginnings[kind]),
    )
  } finally {
    await handle.close()
  }
}

/**
 * Statements after a restore. Event numbers since the backup will be reused, so clients need a new epoch. Logins that ended
 * since the backup must not become valid again.
 */
const consequences = [
  `update epoch set epoch = substr(md5(random()::text || clock_timestamp()::text), 1, 8)`,
  `update users set token_version = token_version + 1`,
  `update sessions set revoked_at = now() where revoked_at is null`,
]

/** Restores into a new folder, which replaces the old one at the end. */
async function restoreEmbedded(
  dataDir: string,
  file: string,
  { replace, onRead }: Options,
): Promise<Restored> {
  const unlock = await lockFolder(dataDir)
  const [files, fresh] = [join(dataDir, databaseFolder), join(dataDir, `${databaseFolder}-restoring`)]
  try {
    const isThere = await stat(files).then(
      () => true,
      () => false,
    )
    if (isThere) {
      const present = await openFiles(files)
      const companies = await companiesIn(present).finally(() => present.close())
      if (companies > 0 && !replace) throw new RestoreRefused('not_empty', companies)
    }
    const packed = await readFile(file)
    onRead(packed.length)
    const copy = await archiveIn(packed)
    await rm(fresh, { recursive: true, force: true })
    const found = await unpack(fresh, copy)
    const kept = isThere ? `${files}-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}` : null
    if (kept) await rename(files, kept)
    await rename(fresh, files)
    return { ...found, kept }
  } finally {
    await rm(fresh, { recursive: true, force: true })
    await unlock()
  }
}

const unzip = promisify(gunzip)

/**
 * Unzips and checks the whole archive: PGlite would also open half of one.
 * @throws RestoreRefused
 */
async function archiveIn(packed: Buffer): Promise<Blob> {
  const archive = await unzip(packed).catch((cause: unknown) => {
    throw new RestoreRefused('no_backup', 0, { cause })
  })
  const isDatabase = archive.includes('PG_VERSION')
  if (!isDatabase) throw new RestoreRefused('no_backup')
  return new Blob([archive], { type: 'application/x-tar' })
}

async function unpack(folder: string, copy: Blob) {
  const database = await openFiles(folder, copy).catch((cause: unknown) => {
    throw new RestoreRefused('no_backup', 0, { cause })
  })
  try {
    const isOurs = await database.asLogin((tx) => hasTable(tx, 'drizzle.__drizzle_migrations'))
    if (!isOurs) throw new RestoreRefused('no_backup')
    await database.migrate()
    return await database.acrossCompanies(async (tx) => {
      for (const statement of consequences) await tx.execute(sql.raw(statement))
      return countsIn(tx)
    })
  } finally {
    await database.close()
  }
}

async function restoreOverNetwork(
  config: Config,
  url: string,
  file: string,
  { replace, onRead }: Options,
): Promise<Restored> {
  const database = openPostgresql(config, url)
  try {
    const companies = await companiesIn(database)
    if (companies > 0 && !replace) throw new RestoreRefused('not_empty', companies)
    await database.asLogin(async (tx) => {
      const [row] = await rowsOf<{ login: string }>(tx, sql`select session_user as login`)
      await prepareRoles(tx, row!.login)
    })
    await restorePostgresql(createReadStream(file).pipe(counting(onRead)), {
      url,
      caFile: config.databaseCaFile,
      before: wipe,
      after: [...asUpkeep, ...consequences].map((statement) => `${statement};`).join('\n'),
    })
    await database.migrate()
    return { ...(await database.acrossCompanies(countsIn)), kept: null }
  } finally {
    await database.close()
  }
}

/** A dump changes settings of the session. */
const asUpkeep = [
  `select pg_catalog.set_config('search_path', 'public', true), pg_catalog.set_config('row_security', 'on', true)`,
  `set local role ${roleNames.upkeep}`,
]

/** Drops everything that this or another version of the service has created; extensions stay. */
const wipe = `
set local client_min_messages = warning;
do $wipe$
declare
  one record;
begin
  for one in
    select c.oid, c.oid::regclass::text as name, case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end as kind
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by c.relkind = 'S'
  loop
    if exists (select from pg_class where oid = one.oid) then
      execute format('drop %s %s cascade', one.kind, one.name);
    end if;
  end loop;
  for one in
    select p.oid::regprocedure::text as name from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      -- those of extensions stay, those of a type go with it
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype in ('e', 'i'))
  loop
    execute format('drop routine if exists %s cascade', one.name);
  end loop;
  for one in
    select format_type(t.oid, null) as name from pg_type t
    where t.typnamespace = 'public'::regnamespace and t.typtype in ('d', 'e', 'r')
      and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e')
  loop
    execute format('drop type if exists %s cascade', one.name);
  end loop;
end
$wipe$;
drop schema if exists drizzle cascade;
`

/**
 * Number of companies in the database.
 * @throws RestoreRefused when the tables are not those of this service
 */
async function companiesIn(database: Database): Promise<number> {
  const found = await database.asLogin(async (tx) => {
    const [row] = await rowsOf<{ tables: number }>(
      tx,
      sql`select count(*)::int as tables from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`,
    )
    const isOurs = await hasTable(tx, 'drizzle.__drizzle_migrations')
    if (row!.tables > 0 && !isOurs) throw new RestoreRefused('not_ours')
    return isOurs && (await hasTable(tx, 'public.companies'))
  })
  return found ? (await database.acrossCompanies(countsIn)).companies : 0
}

async function hasTable(tx: Tx, name: string): Promise<boolean> {
  const [row] = await rowsOf<{ name: string | null }>(tx, sql`select to_regclass(${name})::text as name`)
  return row!.name !== null
}

async function countsIn(tx: Tx): Promise<{ companies: number; people: number; orders: number }> {
  const [row] = await rowsOf<{ companies: number; people: number; orders: number }>(
    tx,
    sql`select (select count(*)::int from companies) as companies, (select count(*)::int from users) as people,
      (select count(*)::int from orders) as orders`,
  )
  return row!
}

/** Size of the database on disk, in bytes. */
export async function sizeOf(database: Database): Promise<number> {
  const [row] = await database.asLogin((tx) =>
    rowsOf<{ bytes: string }>(tx, sql`select pg_database_size(current_database())::text as bytes`),
  )
  return Number(row!.bytes)
}

/** A pass-through stream that reports the number of bytes so far. */
export function counting(onBytes: (bytes: number) => void): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      onBytes(bytes)
      done(null, chunk)
    },
  })
}
