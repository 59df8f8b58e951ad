import { readFile } from 'node:fs/promises'
import t from 'tap'
import { durationMs, readConfig } from '../../src/config/config.ts'
import { settings } from '../../src/config/settings.ts'
import { faultsOf, findRenderer, readManifests, render } from './kubernetes.ts'
import type { Container, Manifest, PolicyRule } from './kubernetes.ts'
import { parse } from 'yaml'
import { page, tableOf } from '../docs/pages.ts'
import { startApp } from '../support/app.ts'
import { repository } from '../support/repository.ts'

/** k8s/ against the schemas of the Kubernetes API and against what the program really has. No cluster is needed. */

const overlays = ['dev', 'production', 'single-node'] as const
const components = ['postgres', 'redis', 'monitoring']
const folders = [
  'k8s/base',
  ...components.map((name) => `k8s/components/${name}`),
  ...overlays.map((name) => `k8s/overlays/${name}`),
]
/** Secrets that are made by hand, from the examples. */
const secretsOf = async (overlay: string) =>
  (await readManifests(`k8s/overlays/${overlay}`)).filter(({ kind }) => kind === 'Secret')

t.test('every file is valid by the schemas of the Kubernetes API', async (t) => {
  for (const folder of folders) {
    const manifests = await readManifests(folder)
    t.ok(manifests.length > 0, `${folder} has manifests`)
    t.same(await faultsOf(manifests), [], folder)
  }
})

t.test('the check finds what kubectl would refuse', async (t) => {
  const deployment = (await readManifests('k8s/base')).find(({ kind }) => kind === 'Deployment')!
  const broken = (change: (container: Container) => void) => {
    const copy = structuredClone(deployment)
    change(copy.spec!.template!.spec.containers[0]!)
    return faultsOf([copy])
  }
  const misspelt = (container: Container) => Object.assign(container, { readinesProbe: {} })
  t.match((await broken(misspelt)).join(), 'readinesProbe')
  const text = (container: Container) => Object.assign(container.ports![0]!, { containerPort: '8000' })
  t.match((await broken(text)).join(), 'containerPort')
})

const renderer = await findRenderer()
const without = renderer ? {} : { skip: 'neither kubectl nor kustomize is installed' }
for (const overlay of renderer ? overlays : []) {
  t.test(`overlay ${overlay} renders, and what it renders is valid`, async (t) => {
    const manifests = await render(renderer!, `k8s/overlays/${overlay}`)
    t.same(await faultsOf(manifests), [])
    const outside = manifests.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace === undefined,
    )
    t.same(outside, [], 'everything is in its namespace')
    t.same(
      programs(manifests)
        .map(({ name }) => name)
        .sort(),
      ['cafe-realtime-api', 'cafe-realtime-migrate', 'cafe-realtime-ws'],
    )
    const images = new Set(programs(manifests).map(({ container }) => container.image))
    t.equal(images.size, 1, 'one image for every role')
  })

  t.test(`overlay ${overlay} starts the program with settings that it accepts`, async (t) => {
    const manifests = await render(renderer!, `k8s/overlays/${overlay}`)
    for (const { name, container } of programs(manifests)) {
      const environment = environmentOf(container, manifests, await secretsOf(overlay))
      for (const setting of Object.keys(environment)) t.ok(setting in settings.properties, setting)
      if (overlay !== 'dev') {
        t.throws(() => readConfig(environment), { message: /JWT_SECRET/ }, 'the example as it is')
        environment.JWT_SECRET = 'x'.repeat(64)
      }
      const config = readConfig({ NODE_ENV: 'production', ...environment })
      t.match(config, { migrateOnStart: false, demoData: overlay === 'dev' }, name)
      t.ok(config.databaseUrl && config.redisUrl && config.jwtSecret, `${name} has its secrets`)
      if (name.endsWith('-api')) t.match(config, { servesApi: true, servesSockets: false })
      if (name.endsWith('-ws')) t.match(config, { servesApi: false, servesSockets: true })
      const isMigration = name.endsWith('-migrate')
      if (isMigration) t.same(container.command, ['node', 'dist/main.js', 'migrate'])
      const [login, owner] = [config.databaseUrl, config.databaseMigrateUrl].map(
        (url) => url && new URL(url).username,
      )
      t.not(login, owner, 'the owner of the tables serves no request')
      t.equal(Boolean(owner), isMigration, 'and only the migration knows its password')
      if (overlay !== 'production') t.not(login, 'cafe', 'nor does the superuser')
    }
  })
}

t.test('ports, services and routes lead to the port that the program listens on', async (t) => {
  const manifests = await readManifests('k8s/base')
  const { port } = readConfig({})
  for (const { container } of servers(manifests)) {
    t.same(container.ports, [{ name: 'http', containerPort: port }])
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      t.equal(probe?.httpGet?.port, 'http')
    }
    t.equal(container.startupProbe?.httpGet?.path, '/healthz')
    t.equal(container.livenessProbe?.httpGet?.path, '/healthz', 'never restarted for what is away')
    t.equal(container.readinessProbe?.httpGet?.path, '/readyz')
  }
  const labels = servers(manifests).map(({ manifest }) => manifest.spec!.template!.metadata.labels)
  for (const { metadata, spec } of manifests.filter(({ kind }) => kind === 'Service')) {
    t.same(spec!.ports, [{ name: 'http', port: 80, targetPort: 'http' }])
    t.equal(labels.filter((pod) => selects(spec!.selector!, pod)).length, 1, `${metadata.name} has its pods`)
  }
})

t.test('the ingress lets in every route but the metrics, to the pods that serve it', async (t) => {
  const paths = (await readManifests('k8s/base'))
    .filter(({ kind }) => kind === 'Ingress')
    .flatMap(({ spec }) => spec!.rules!.flatMap((rule) => rule.http.paths))
  const leadsTo = (url: string) =>
    paths
      .filter(({ path, pathType }) => url === path || (pathType === 'Prefix' && url.startsWith(`${path}/`)))
      .map(({ backend }) => backend.service.name)
  const { app } = await startApp(t, { kind: 'embedded' })
  const routes = new Set(app.declaredRoutes.map(({ url }) => url))
  t.ok(routes.has('/metrics') && routes.has('/ws/cafe/orders/'))
  for (const url of routes) {
    const role = url.startsWith('/ws/') ? 'ws' : 'api'
    t.strictSame(leadsTo(url), url === '/metrics' ? [] : [`cafe-realtime-${role}`], url)
  }
})

t.test('Prometheus finds both services and the path of the metrics', without, async (t) => {
  const manifests = await render(renderer!, 'k8s/overlays/production')
  const monitor = manifests.find(({ kind }) => kind === 'ServiceMonitor')!
  const { matchLabels } = monitor.spec!.selector!
  const services = manifests.filter(({ kind }) => kind === 'Service')
  t.equal(services.length, 2)
  for (const { metadata, spec } of services) {
    t.ok(selects(matchLabels!, metadata.labels!), metadata.name)
    t.match(monitor.spec!.endpoints, [{ path: '/metrics', port: spec!.ports![0]!.name }])
    t.equal(metadata.labels![monitor.spec!.jobLabel!], 'cafe-realtime', 'the job of rules and dashboard')
  }
  const rules = manifests.find(({ kind }) => kind === 'PrometheusRule')!
  const tried = await readFile(`${repository}observability/prometheus/alerts.yml`, 'utf8')
  t.same(rules.spec!.groups, (parse(tried) as { groups: unknown }).groups, 'the rules that were tried')
})

t.test(
  'the stores of the cluster itself let in the service and the backup, nobody else',
  without,
  async (t) => {
    const manifests = await render(renderer!, 'k8s/overlays/single-node')
    const pods = manifests.flatMap(({ kind, spec }) =>
      kind === 'CronJob' ? spec!.jobTemplate!.spec.template : (spec?.template ?? []),
    )
    const named = (name: string) =>
      pods.filter(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === name)
    for (const { metadata, spec } of manifests.filter(({ kind }) => kind === 'NetworkPolicy')) {
      const [store] = named(metadata.name)
      t.ok(store && selects(spec!.podSelector!.matchLabels, store.metadata.labels), metadata.name)
      const [rule] = spec!.ingress!
      t.strictSame(
        rule!.ports.map(({ port }) => port),
        store!.spec.containers[0]!.ports!.map(({ containerPort }) => containerPort),
      )
      for (const { podSelector } of rule!.from!)
        t.ok(
          pods.some((pod) => selects(podSelector!.matchLabels, pod.metadata.labels)),
          'whom it lets in is there',
        )
    }
  },
)

t.test('the autoscalers know the deployments, and a metric that the program has', async (t) => {
  const scalers = (await readManifests('k8s/overlays/production')).filter(
    ({ kind }) => kind === 'HorizontalPodAutoscaler',
  )
  const deployments = servers(await readManifests('k8s/base')).map(({ name }) => name)
  t.same(scalers.map(({ spec }) => spec!.scaleTargetRef!.name).sort(), deployments.sort())
  const { rows } = tableOf(await page('docs/metrics.md'), ['metric', 'type', 'meaning'])
  for (const { pods } of scalers.flatMap(({ spec }) => spec!.metrics!)) {
    if (pods)
      t.ok(
        rows.some(([name]) => name === `\`${pods.metric.name}\``),
        pods.metric.name,
      )
  }
})

t.test('the network lets through what the program listens on and what it needs', async (t) => {
  const manifests = await readManifests('k8s/overlays/production')
  const policy = manifests.find(({ kind }) => kind === 'NetworkPolicy')!
  const pod = servers(await readManifests('k8s/base'))[0]!.manifest.spec!.template!.metadata.labels
  t.ok(selects(policy.spec!.podSelector!.matchLabels, pod))
  const ports = (rules: PolicyRule[]) => rules.flatMap((rule) => rule.ports.map(({ port }) => port))
  t.same(ports(policy.spec!.ingress!), [readConfig({}).port])
  const open = ports(policy.spec!.egress!)
  const [secret] = await secretsOf('production')
  const { DATABASE_URL = '', REDIS_URL = '' } = secret!.stringData!
  for (const url of [DATABASE_URL, REDIS_URL]) t.ok(open.includes(Number(new URL(url).port)), 'is reached')

  const reaching443 = servers(await readManifests('k8s/base')).filter((server) => {
    const { labels } = server.manifest.spec!.template!.metadata
    return manifests.some(
      ({ kind, spec }) =>
        kind === 'NetworkPolicy' &&
        selects(spec!.podSelector!.matchLabels, labels) &&
        ports(spec!.egress ?? []).includes(443),
    )
  })
  t.strictSame(
    reaching443.map(({ name }) => name),
    ['cafe-realtime-api'],
    'the bucket of pictures',
  )
})

t.test('a stopping pod has time to leave the service and to drain', async (t) => {
  const manifests = await readManifests('k8s/base')
  const kustomization = await readFile(`${repository}k8s/base/kustomization.yaml`, 'utf8')
  const drainMs = durationMs(/DRAIN_TIMEOUT=(\S+)/.exec(kustomization)![1]!)
  for (const { manifest, container } of servers(manifests)) {
    const [program, seconds] = container.lifecycle!.preStop!.exec.command
    t.equal(program, 'sleep')
    const graceMs = manifest.spec!.template!.spec.terminationGracePeriodSeconds! * 1000
    t.ok(graceMs >= Number(seconds) * 1000 + drainMs + 10_000)
  }
})

t.test('pods keep to the restricted profile and hold no token of the cluster', async (t) => {
  const manifests = (await Promise.all(folders.map(readManifests))).flat()
  for (const { metadata, spec } of manifests) {
    const pod = (spec?.jobTemplate?.spec ?? spec)?.template?.spec
    if (!pod) continue
    t.match(
      pod,
      {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      },
      metadata.name,
    )
    for (const container of pod.containers) {
      t.match(container, {
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { requests: { cpu: String, memory: String }, limits: { memory: String } },
      })
    }
  }
})

interface Program {
  name: string
  manifest: Manifest
  container: Container
}

/** Every workload that runs our image. */
function programs(manifests: Manifest[]): Program[] {
  return manifests.flatMap((manifest) =>
    (manifest.spec?.template?.spec.containers ?? [])
      .filter((container) => container.name === 'cafe-realtime')
      .map((container) => ({ name: manifest.metadata.name, manifest, container })),
  )
}

const servers = (manifests: Manifest[]) =>
  programs(manifests).filter(({ manifest }) => manifest.kind === 'Deployment')

/** The settings a container starts with; a secret that is not rendered is taken from the examples. */
function environmentOf(
  container: Container,
  manifests: Manifest[],
  examples: Manifest[],
): Record<string, string> {
  const environment: Record<string, string> = {}
  const valuesOf = (kind: 'ConfigMap' | 'Secret', name: string): Record<string, string> => {
    const source = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)
    const example = examples.find((secret) => kind === 'Secret' && secret.metadata.name === name)
    if (!source && !example) throw new Error(`${kind} ${name} is not there`)
    if (!source) return example!.stringData!
    const decode = (value: string) => (kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value)
    return Object.fromEntries(Object.entries(source.data!).map(([key, value]) => [key, decode(value)]))
  }
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef) Object.assign(environment, valuesOf('ConfigMap', configMapRef.name))
    if (secretRef) Object.assign(environment, valuesOf('Secret', secretRef.name))
  }
  for (const { name, value = '' } of container.env ?? []) environment[name] = value
  return environment
}

const selects = (selector: Record<string, unknown>, labels: Record<string, string>): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)
