import { chmodSync, chownSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import t from 'tap'
import { makeCertificate } from '../bus/certificate.ts'
import { tlsOf } from '../../src/db/tls.ts'
import { rowsOf } from '../../src/db/database.ts'
import { readConfig } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { testSecret } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { rig } from '../support/rig.ts'
import { findPostgres } from '../support/services/binaries.ts'
import { postgresOwner, startPostgres } from '../support/services/postgresql.ts'
import { ServiceError } from '../support/services/service-error.ts'

t.test('PostgreSQL over TLS: who it is is checked as far as sslmode says', async (t) => {
  const bin = findPostgres()
  if (!bin) throw new ServiceError('this test needs the programs of PostgreSQL on PATH')
  const { folder } = rig()
  const server = await startPostgres(bin, folder, (stop) => t.teardown(stop))
  const made = makeCertificate()
  const owner = postgresOwner()
  for (const [name, file] of [
    ['server.crt', made.certificate],
    ['server.key', made.key],
  ] as const) {
    const own = join(server.data, name)
    copyFileSync(file, own)
    chmodSync(own, 0o600)
    if (owner) chownSync(own, owner.uid, owner.gid)
  }
  const administration = postgres(server.url, { max: 1, onnotice: () => {} })
  await administration.unsafe('alter system set ssl = on')
  await administration`select pg_reload_conf()`
  await administration.end()

  /** Whether the connection is encrypted; rejects when there is none. */
  const encrypted = async (host: string, mode: string, ca?: string) => {
    const url = `postgres://postgres@${host}:${server.port}/postgres?sslmode=${mode}`
    const config = readConfig({ DATABASE_URL: url, DATABASE_CA_FILE: ca, JWT_SECRET: testSecret })
    const database = await openDatabase(config)
    try {
      return await database.asLogin(async (tx) => {
        const [row] = await rowsOf<{ ssl: boolean }>(
          tx,
          sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`,
        )
        return row!.ssl
      })
    } finally {
      await database.close()
    }
  }
  t.equal(await encrypted('127.0.0.1', 'disable'), false)
  t.equal(await encrypted('127.0.0.1', 'prefer'), true)
  t.equal(await encrypted('127.0.0.1', 'require'), true)
  t.equal(await encrypted('127.0.0.1', 'verify-full', made.ca), true)
  t.equal(await encrypted('localhost', 'verify-ca', made.ca), true)
  await t.rejects(encrypted('localhost', 'verify-full', made.ca), /altnames|does not match/i, 'another name')
  await t.rejects(encrypted('127.0.0.1', 'verify-full'), /certificate/, 'signed by nobody that is known')
  const stranger = makeCertificate()
  await t.rejects(encrypted('127.0.0.1', 'verify-full', stranger.ca), /certificate|signature/, 'by another')
  await t.rejects(encrypted('127.0.0.1', 'require', stranger.ca), /certificate|signature/)
})

t.test('what would check nothing although it was asked for is refused at the start', async (t) => {
  const url = `postgres://cafe@db.example:${await freePort()}/cafe`
  t.throws(() => tlsOf(url, '/etc/ca.pem'), { name: 'StartupError', message: /sslmode=verify-full/ })
  t.throws(() => tlsOf(`${url}?sslmode=verify`), { name: 'StartupError', message: /verify-ca, verify-full/ })
  t.throws(() => tlsOf(`${url}?sslmode=verify-full`, '/none/ca.pem'), { message: /DATABASE_CA_FILE/ })
  t.equal(tlsOf(url), false)
})
