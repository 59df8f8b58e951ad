import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { repository } from '../support/repository.ts'

/** A Kubernetes object, as far as the tests look into it. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  spec?: Spec
  data?: Record<string, string>
  stringData?: Record<string, string>
}

interface Spec {
  replicas?: number
  selector?: { matchLabels?: Record<string, string> } & Record<string, unknown>
  template?: { metadata: { labels: Record<string, string> }; spec: PodSpec }
  /** Of a CronJob. */
  jobTemplate?: { spec: Required<Pick<Spec, 'template'>> }
  /** Of a ServiceMonitor. */
  jobLabel?: string
  groups?: unknown
  endpoints?: { path: string; port: string }[]
  ports?: { name: string; port: number; targetPort: string }[]
  scaleTargetRef?: { name: string }
  metrics?: { pods?: { metric: { name: string } } }[]
  podSelector?: { matchLabels: Record<string, string> }
  ingress?: PolicyRule[]
  egress?: PolicyRule[]
  rules?: { host?: string; http: { paths: IngressPath[] } }[]
}

/** What a network policy lets through. */
export interface PolicyRule {
  from?: { podSelector?: { matchLabels: Record<string, string> } }[]
  ports: { protocol: string; port: number }[]
}

interface IngressPath {
  path: string
  pathType: string
  backend: { service: { name: string; port: { name: string } } }
}

interface PodSpec {
  serviceAccountName?: string
  automountServiceAccountToken?: boolean
  terminationGracePeriodSeconds?: number
  securityContext?: Record<string, unknown>
  containers: Container[]
}

export interface Container {
  name: string
  image: string
  command?: string[]
  env?: { name: string; value?: string }[]
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[]
  ports?: { name: string; containerPort: number }[]
  lifecycle?: { preStop?: { exec: { command: string[] } } }
  securityContext?: Record<string, unknown>
  startupProbe?: Probe
  readinessProbe?: Probe
  livenessProbe?: Probe
}

interface Probe {
  httpGet?: { path: string; port: string }
}

const run = promisify(execFile)

/** The command that renders a kustomization, or null when this machine has none. */
export async function findRenderer(): Promise<string[] | null> {
  const candidates = [
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ]
  for (const [program = '', ...args] of candidates) {
    const answers = await run(program, [...args, '--help']).then(
      () => true,
      () => false,
    )
    if (answers) return [program, ...args]
  }
  return null
}

/** What kustomize makes of a folder. */
export async function render([program = '', ...args]: string[], folder: string): Promise<Manifest[]> {
  const { stdout } = await run(program, [...args, join(repository, folder)])
  return manifestsIn(stdout).map(unfolded)
}

/** Kustomize folds long values of secrets into lines of base64; the API reads past the line ends, the schemas do not. */
function unfolded(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Secret' || !manifest.data) return manifest
  const data = Object.entries(manifest.data).map(([key, value]) => [key, value.replaceAll('\n', '')])
  return { ...manifest, data: Object.fromEntries(data) as Record<string, string> }
}

/** The manifests of a folder as they are written, without patches, kustomize's own file and values of others' charts. */
export async function readManifests(folder: string): Promise<Manifest[]> {
  const names = (await readdir(join(repository, folder))).filter((name) => name.endsWith('.yaml'))
  const texts = await Promise.all(names.map((name) => readFile(join(repository, folder, name), 'utf8')))
  return texts
    .flatMap(manifestsIn)
    .filter((manifest) => !Array.isArray(manifest) && manifest.kind && !isOfKustomize(manifest))
}

const isOfKustomize = ({ apiVersion }: Manifest): boolean => apiVersion.startsWith('kustomize.config.k8s.io/')

function manifestsIn(text: string): Manifest[] {
  return parseAllDocuments(text, { merge: true }).map((document) => {
    if (document.errors[0]) throw document.errors[0]
    return document.toJS() as Manifest
  })
}

/**
 * What is wrong with manifests by the schemas of the Kubernetes API: missing and wrongly typed fields by its JSON
 * schemas, misspelt and misplaced ones (which those let through) by its types and the compiler.
 */
export async function faultsOf(manifests: Manifest[]): Promise<string[]> {
  const faults = await Promise.all(manifests.map(schemaFault))
  return [...faults.filter((fault) => fault !== null), ...(await typeFaults(manifests))]
}

async function schemaFault(manifest: Manifest): Promise<string | null> {
  const { apiVersion, kind } = manifest
  const models = (await import(`${modelsOf(apiVersion)}/${apiVersion}/${kind}`)) as Record<
    string,
    new (data: Manifest) => { validate(): void }
  >
  try {
    new models[kind]!(manifest).validate()
    return null
  } catch (error) {
    return `${kind} ${manifest.metadata.name}: ${(error as Error).message}`
  }
}

/** The package with the schemas and types of an API: the operator of Prometheus brings its own. */
const modelsOf = (apiVersion: string): string =>
  apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models'

async function typeFaults(manifests: Manifest[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cafe-manifests-'))
  const lines = manifests.map(
    (manifest, index) =>
      `import type { I${manifest.kind} as Kind${index} } from '${modelsOf(manifest.apiVersion)}/${manifest.apiVersion}/${manifest.kind}'\n` +
      `export const manifest${index}: Kind${index} = ${JSON.stringify(manifest, null, 2)}\n`,
  )
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: 'esnext',
    moduleResolution: 'bundler',
    paths: Object.fromEntries(
      ['kubernetes-models', '@kubernetes-models/prometheus-operator'].map((name) => [
        `${name}/*`,
        [join(repository, `node_modules/${name}/*`)],
      ]),
    ),
  }
  try {
    await writeFile(join(folder, 'manifests.ts'), lines.join(''))
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['manifests.ts'] }),
    )
    await run(await compiler(), ['-p', folder])
    return []
  } catch (error) {
    const { stdout } = error as { stdout?: string }
    if (!stdout) throw error
    return stdout.trim().split('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The compiler's own executable: its script cannot be loaded under the test runner's module hooks. */
async function compiler(): Promise<string> {
  const path = join(repository, 'node_modules/typescript/lib/getExePath.js')
  const { default: getPath } = (await import(path)) as { default: () => string }
  return getPath()
}
