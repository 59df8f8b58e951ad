import { resolve } from 'node:path'
import { Ajv } from 'ajv'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { readOrigins } from '../http/origins.ts'
import { parseRedisUrl, redisUrlForms } from './redis-url.ts'
import { StartupError } from './startup-error.ts'

/**
 * Every setting: its name in the environment, its form, its default and what it means. The check, the types and
 * docs/configuration.md all come from this table. The only file that reads the environment.
 */

const duration = (description: string, fallback: string) =>
  Type.String({ pattern: '^\\d+(ms|s|m|h|d)$', default: fallback, description, format: 'duration' })
const count = (description: string, fallback: number, limits: { minimum?: number; maximum?: number } = {}) =>
  Type.Integer({ minimum: 1, ...limits, default: fallback, description })
const onOff = (description: string, fallback: 'on' | 'off') =>
  Type.Union([Type.Literal('on'), Type.Literal('off')], { default: fallback, description })
const trueFalse = (description: string, fallback?: 'true' | 'false') =>
  Type.Union([Type.Literal('true'), Type.Literal('false')], { default: fallback, description })
const url = (description: string, schemes: string) =>
  Type.Optional(Type.String({ pattern: `^(${schemes})://\\S+$`, description }))

const pairsPattern = '^[^=,\\s]+=[^,]*(,\\s*[^=,\\s]+=[^,]*)*$'

export const settings = Type.Object({
  HOST: Type.String({ minLength: 1, default: '0.0.0.0', description: 'Address to listen on.' }),
  PORT: count('Port to listen on; 0 takes a free one.', 8000, { minimum: 0, maximum: 65_535 }),
  ROLES: Type.String({
    pattern: '^(api|ws)(,(api|ws))*$',
    default: 'api,ws',
    description: 'What this replica serves: the REST API, the WebSockets, or both.',
  }),
  NODE_ENV: Type.Optional(
    Type.String({ description: '`production` never creates demo data unless asked to.' }),
  ),
  DATABASE_URL: url(
    'PostgreSQL ≥ 15; `?sslmode=verify-full` encrypts and checks. Unset: the embedded database in DATA_DIR.',
    'postgres|postgresql',
  ),
  DATABASE_MIGRATE_URL: url(
    'The same database by a login that owns the tables: migrations and roles are made by it. Unset: DATABASE_URL makes them.',
    'postgres|postgresql',
  ),
  DATABASE_CA_FILE: Type.Optional(
    Type.String({
      description:
        'File with the certificates (PEM) that may have signed that of PostgreSQL. Unset: whom Node.js trusts.',
    }),
  ),
  REDIS_URL: url(
    `Redis ≥ 7 or Valkey, carries news between replicas: one server, a master that sentinels name, or a cluster. ${redisUrlForms}; \`name:password@\` before the hosts, percent-encoded. Unset: news stays in this process, and other replicas find it by the head check. Needs DATABASE_URL.`,
    'rediss?(\\+(sentinel|cluster))?',
  ),
  REDIS_CA_FILE: Type.Optional(
    Type.String({
      description:
        'File with the certificates (PEM) that may have signed that of Redis, with rediss. Unset: whom Node.js trusts.',
    }),
  ),
  REDIS_SENTINEL_USERNAME: Type.Optional(
    Type.String({ description: 'Name to log in to the sentinels with; that of REDIS_URL is for Redis.' }),
  ),
  REDIS_SENTINEL_PASSWORD: Type.Optional(Type.String({ description: 'Password for the sentinels.' })),
  REDIS_PREFIX: Type.String({
    pattern: '^[A-Za-z0-9:_.-]*$',
    default: '',
    description: 'Put before every channel name, for a Redis shared with others.',
  }),
  DATA_DIR: Type.String({
    minLength: 1,
    default: '.data',
    description: 'Folder of the embedded database and of the secret made for it.',
  }),
  MENU_IMAGES_DIR: Type.Optional(
    Type.String({
      description:
        'Folder that new pictures of dishes are kept in, shared by the replicas. Unset: the database keeps them.',
    }),
  ),
  MENU_IMAGES_S3: url(
    'Bucket of an S3 that new pictures of dishes are kept in, in place of a folder: `https://s3.example.com/bucket`. Needs the two keys.',
    'https?',
  ),
  AWS_ACCESS_KEY_ID: Type.Optional(Type.String({ description: 'Key of that bucket.' })),
  AWS_SECRET_ACCESS_KEY: Type.Optional(Type.String({ description: 'Its secret.' })),
  AWS_REGION: Type.String({ minLength: 1, default: 'us-east-1', description: 'Its region.' }),
  DB_MIGRATE_ON_START: trueFalse('Bring the database schema up to date at start.', 'true'),
  DB_POOL_MAX: count('Connections to PostgreSQL per replica.', 10, { maximum: 1000 }),
  DB_PREPARE: onOff('Prepared statements; off behind a PgBouncer that knows none.', 'on'),
  DB_CONNECT_TIMEOUT: duration('How long a connection to PostgreSQL may take.', '5s'),
  DB_STATEMENT_TIMEOUT: duration('How long one statement may take.', '15s'),
  DB_LOCK_TIMEOUT: duration('How long a statement may wait for a lock.', '5s'),
  DEMO_DATA: Type.Optional(
    trueFalse(
      'Fill an empty database with the demo café. Default: true when embedded and not in production.',
    ),
  ),
  JWT_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      description:
        'Secret that signs tokens, ≥ 32 bytes. Required with DATABASE_URL; embedded makes one and keeps it in DATA_DIR.',
    }),
  ),
  JWT_PREVIOUS_SECRETS: Type.Optional(
    Type.String({
      description: 'Comma list of secrets that JWT_SECRET replaced and whose tokens are still accepted.',
    }),
  ),
  JWT_KEYS_FILE: Type.Optional(
    Type.String({
      description:
        'File with keys for tokens (a JWK Set; HS256, EdDSA, RS256): the first signs, all of them accept. JWT_SECRET then accepts the tokens it signed before.',
    }),
  ),
  JWT_ISSUER: Type.String({
    minLength: 1,
    default: 'cafe-realtime',
    description: '`iss` of tokens; another one is refused.',
  }),
  JWT_AUDIENCE: Type.String({
    minLength: 1,
    default: 'cafe-realtime',
    description:
      '`aud` of tokens; another one is refused. Installations that share a key each take their own.',
  }),
  ACCESS_TOKEN_TTL: duration('Life of an access token: one shift.', '12h'),
  REFRESH_TOKEN_TTL: duration('Life of a refresh token.', '90d'),
  REFRESH_ROTATION: onOff(
    'Whether every refresh answers with a new refresh token, not only when the client asks with `rotate`.',
    'off',
  ),
  REGISTRATION: trueFalse(
    'Whether whoever reaches the service may register a new company. Companies are also made by `create-company`.',
    'false',
  ),
  CORS_ORIGINS: Type.Optional(
    Type.String({
      description:
        'Comma list of origins of browser front ends, for HTTP and sockets: `https://app.cafe.kg`; `https://*.cafe.kg` for every name right below it; `localhost` for every port of this machine; `*` for all. Pages of this host may anyway. Default: localhost when embedded, none otherwise.',
    }),
  ),
  TRUST_PROXY: Type.String({
    default: 'loopback',
    description:
      'Comma list of proxies whose X-Forwarded-* headers count: addresses, ranges, `loopback`, `uniquelocal` (private networks); `none` for none. Whoever is named here can pass for any address.',
  }),
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'Least severe log lines shown.' },
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(
    'Collector that traces go to (OTLP over HTTP), with `/v1/traces` behind it. Unset: no traces.',
    'https?',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url('The same as a complete address; wins.', 'https?'),
  OTEL_EXPORTER_OTLP_HEADERS: Type.Optional(
    Type.String({
      pattern: pairsPattern,
      description: 'Comma list of headers for the collector, `name=value`, percent-encoded.',
    }),
  ),
  OTEL_SERVICE_NAME: Type.String({
    minLength: 1,
    default: 'cafe-realtime',
    description: 'What traces call this service.',
  }),
  OTEL_RESOURCE_ATTRIBUTES: Type.Optional(
    Type.String({
      pattern: pairsPattern,
      description: 'Comma list of what else traces say of it, `name=value`, percent-encoded.',
    }),
  ),
  OTEL_TRACES_SAMPLER: Type.Union(
    [
      Type.Literal('always_on'),
      Type.Literal('always_off'),
      Type.Literal('traceidratio'),
      Type.Literal('parentbased_always_on'),
      Type.Literal('parentbased_always_off'),
      Type.Literal('parentbased_traceidratio'),
    ],
    {
      default: 'parentbased_always_on',
      description: 'Which requests are traced; `parentbased_…` do as `traceparent` of the request says.',
    },
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 1,
    description: 'The share of requests that `…traceidratio` traces.',
  }),
  OTEL_BSP_SCHEDULE_DELAY: count('How often traces are sent, in milliseconds.', 5000),
  OTEL_SDK_DISABLED: trueFalse('Whether traces are off whatever else is set.', 'false'),
  RATE_LIMIT: onOff('Limits on failed logins, requests and sockets; off lifts every one of them.', 'on'),
  LOGIN_FAILURES_PER_MINUTE: count(
    'Failed logins per address and minute, of all accounts together, before 429; an account that has logged in from the address before is not held up by it. Replicas share the count over Redis.',
    100,
    { minimum: 20 },
  ),
  LOGIN_FAILURES_PER_ACCOUNT: count(
    'Failed logins per account and hour, from all unfamiliar addresses together, before 429; a fifth of it in 20 minutes from any one address, and from each device that the account has logged in with. Replicas share the count over Redis.',
    100,
    { minimum: 100 },
  ),
  REQUESTS_PER_MINUTE: count(
    'Requests, and sockets opened, of one user per minute and replica before 429 or 4103.',
    3000,
    { minimum: 600 },
  ),
  REQUESTS_PER_MINUTE_PER_ADDRESS: count(
    'Requests without a token per address, minute and replica before 429.',
    3000,
    { minimum: 600 },
  ),
  SOCKETS_PER_USER: count('Sockets one user may hold on one replica.', 100, { minimum: 50 }),
  SOCKETS_PER_REPLICA: count('Sockets one replica holds; more are closed with 4102.', 20_000),
  SOCKET_MESSAGES_PER_SECOND: count('Messages a socket may send; more are ignored.', 20),
  SOCKET_MESSAGE_BYTES: count('Largest message a socket may send.', 16_384, { maximum: 1_048_576 }),
  SOCKET_QUEUE_BYTES: count('Bytes that may wait for one slow socket before it is closed.', 1_048_576, {
    minimum: 65_536,
  }),
  HEADERS_TIMEOUT: duration('How long a client may take for the headers of a request or handshake.', '10s'),
  REQUEST_TIMEOUT: duration('How long a client may take for a whole request.', '30s'),
  PAGE_SIZE_MAX: count('Most rows on one page of a list; who asks for more gets as many.', 500, {
    maximum: 500,
  }),
  BODY_BYTES: count('Largest JSON body.', 262_144, { maximum: 10_485_760 }),
  ACTOR_CACHE: duration('How long a replica remembers who a token belongs to.', '2s'),
  EVENT_RETENTION: duration('How long the event log keeps events for clients that come back.', '7d'),
  EVENT_CLEANUP_INTERVAL: duration(
    'How often a replica removes events, kept answers, notifications and audit entries that are too old, and files of pictures that no dish refers to.',
    '10m',
  ),
  IDEMPOTENCY_RETENTION: duration(
    'How long answers to requests with an Idempotency-Key are kept for their repetitions; at least 24h.',
    '48h',
  ),
  NOTIFICATION_RETENTION: duration('How long people find their notifications, read or not.', '30d'),
  AUDIT_RETENTION: duration(
    'How long the audit log says who changed what; at least 30d, for the database itself refuses to forget sooner.',
    '365d',
  ),
  HEAD_CHECK_INTERVAL: duration('How often followed streams are compared with the log.', '1s'),
  HEAD_CHECK_INTERVAL_DOWN: duration('The same while Redis is away.', '250ms'),
  HOLE_WAIT: duration('How long a missing number may still arrive by itself before the log is read.', '20ms'),
  UNSUBSCRIBE_DELAY: duration('How long a stream is followed after its last socket left.', '5s'),
  PING_INTERVAL: duration('How often a socket is pinged; one missed pong ends it.', '25s'),
  POSITION_INTERVAL: duration('How often resuming sockets are told their position.', '60s'),
  RESUME_WAIT: duration('How long a company-wide socket may take to say where it resumes.', '5s'),
  REPLAY_PAGE: count('Events read from the log at once.', 500, { maximum: 10_000 }),
  REDIS_COMMAND_TIMEOUT: duration('How long one Redis command may take.', '1s'),
  DRAIN_TIMEOUT: duration('How long a stopping replica finishes requests and moves its sockets away.', '10s'),
})

type Raw = Static<typeof settings>

/** The settings of one process, checked; durations in milliseconds. */
export type Config = ReturnType<typeof fromRaw>

/** What the terminal speaks, by the variables of POSIX: Russian where they say so, else English. */
export function terminalLanguage(environment: Record<string, string | undefined> = process.env): 'ru' | 'en' {
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  return /^ru/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'ru' : 'en'
}

/**
 * Reads and checks the settings of an environment.
 * @throws StartupError that lists every fault
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const raw: Record<string, unknown> = {}
  for (const name of Object.keys(settings.properties)) {
    // an empty value is an unset one: compose files and shells cannot always leave a variable out
    if (environment[name]) raw[name] = environment[name]
  }
  const ajv = new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true, formats: { duration: true } })
  const faults = ajv.validate(settings, raw) ? [] : (ajv.errors ?? []).map(describeFault)
  faults.push(...crossFaults(raw as Raw))
  const unique = [...new Set(faults)]
  if (unique.length === 1) throw new StartupError(`bad setting: ${unique[0]}`)
  if (unique.length > 1) throw new StartupError(`bad settings:\n  ${unique.join('\n  ')}`)
  return fromRaw(raw as Raw)
}

function describeFault(error: {
  instancePath: string
  keyword: string
  params: object
  message?: string
}): string {
  const name = error.instancePath.slice(1)
  const schema = (settings.properties as Record<string, { anyOf?: { const: string }[]; format?: string }>)[
    name
  ]
  if (schema?.anyOf)
    return `${name} must be one of ${schema.anyOf.map((literal) => literal.const).join(', ')}`
  if (schema?.format === 'duration') return `${name} must be a duration such as 500ms, 30s, 15m, 12h or 7d`
  if (name === 'ROLES') return 'ROLES must be api, ws or api,ws'
  if (name === 'JWT_SECRET') return 'JWT_SECRET must be at least 32 characters long'
  if (error.keyword === 'pattern' && exampleForms[name]) return `${name} must be ${exampleForms[name]}`
  if (name.endsWith('_URL')) return `${name} must be a URL such as ${exampleUrls[name]}`
  return `${name} ${error.message}`
}

const exampleForms: Record<string, string> = {
  MENU_IMAGES_S3: 'a URL such as https://s3.example.com/bucket',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'a URL such as http://collector:4318',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'a URL such as http://collector:4318/v1/traces',
  OTEL_EXPORTER_OTLP_HEADERS: 'a list such as x-api-key=secret,x-team=cafe',
  OTEL_RESOURCE_ATTRIBUTES: 'a list such as deployment.environment=production,k8s.pod.name=ws-0',
}

const exampleUrls: Record<string, string> = {
  DATABASE_URL: 'postgres://user:password@host:5432/cafe',
  REDIS_URL: redisUrlForms,
}

function crossFaults(raw: Raw): string[] {
  const faults: string[] = []
  if (raw.REDIS_URL && !raw.DATABASE_URL)
    faults.push('REDIS_URL needs DATABASE_URL: replicas that share news must share a database')
  const redis = raw.REDIS_URL && parseRedisUrl(raw.REDIS_URL)
  if (raw.REDIS_URL && !redis) faults.push(`REDIS_URL must be a URL such as ${exampleUrls.REDIS_URL}`)
  if (raw.REDIS_CA_FILE && redis && !redis.tls)
    faults.push('REDIS_CA_FILE needs a REDIS_URL that begins with rediss: without it nothing is encrypted')
  if (raw.DATABASE_MIGRATE_URL && !raw.DATABASE_URL)
    faults.push('DATABASE_MIGRATE_URL needs DATABASE_URL: it names the same database by another login')
  if (raw.DATABASE_URL && !raw.JWT_SECRET)
    faults.push(
      'JWT_SECRET is required with DATABASE_URL: every replica must accept the tokens of the others',
    )
  if (raw.MENU_IMAGES_S3 && raw.MENU_IMAGES_DIR)
    faults.push('MENU_IMAGES_S3 and MENU_IMAGES_DIR exclude each other: pictures are kept in one place')
  if (raw.MENU_IMAGES_S3 && !(raw.AWS_ACCESS_KEY_ID && raw.AWS_SECRET_ACCESS_KEY))
    faults.push('MENU_IMAGES_S3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  faults.push(...readOrigins(raw.CORS_ORIGINS ?? '').faults)
  if (listOf(raw.JWT_PREVIOUS_SECRETS).some((secret) => secret.length < 32))
    faults.push('JWT_PREVIOUS_SECRETS must be secrets of at least 32 characters each')
  if (durationMs(raw.HEADERS_TIMEOUT) > durationMs(raw.REQUEST_TIMEOUT))
    faults.push('HEADERS_TIMEOUT must not be longer than REQUEST_TIMEOUT, of which it is a part')
  if (durationMs(raw.AUDIT_RETENTION) < 30 * unitMs.d!)
    faults.push('AUDIT_RETENTION must be at least 30d: the database refuses to remove younger entries')
  if (durationMs(raw.IDEMPOTENCY_RETENTION) < unitMs.d!)
    faults.push('IDEMPOTENCY_RETENTION must be at least 24h: clients count on it when they repeat a request')
  for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_RESOURCE_ATTRIBUTES'] as const)
    if (listOf(raw[name]).some((pair) => decoded(pair) === null))
      faults.push(`${name} must be percent-encoded: a % begins two hex digits`)
  return faults
}

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of `25s`, `12h`, `250ms` … */
export function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
  return Number(amount) * unitMs[unit!]!
}

const listOf = (text: string | undefined): string[] =>
  text === undefined ? [] : text.split(',').map((one) => one.trim())

function fromRaw(raw: Raw) {
  const production = raw.NODE_ENV === 'production'
  const embedded = !raw.DATABASE_URL
  const roles = raw.ROLES.split(',')
  return {
    host: raw.HOST,
    port: raw.PORT,
    servesApi: roles.includes('api'),
    servesSockets: roles.includes('ws'),
    production,
    databaseUrl: raw.DATABASE_URL,
    databaseMigrateUrl: raw.DATABASE_MIGRATE_URL,
    databaseCaFile: raw.DATABASE_CA_FILE,
    redisUrl: raw.REDIS_URL,
    redisAddress: raw.REDIS_URL ? parseRedisUrl(raw.REDIS_URL) : undefined,
    redisCaFile: raw.REDIS_CA_FILE,
    redisSentinelUsername: raw.REDIS_SENTINEL_USERNAME,
    redisSentinelPassword: raw.REDIS_SENTINEL_PASSWORD,
    redisPrefix: raw.REDIS_PREFIX,
    dataDir: resolve(raw.DATA_DIR),
    menuImagesDir: raw.MENU_IMAGES_DIR ? resolve(raw.MENU_IMAGES_DIR) : undefined,
    menuImagesBucket: bucketOf(raw),
    migrateOnStart: raw.DB_MIGRATE_ON_START === 'true',
    dbPoolMax: raw.DB_POOL_MAX,
    dbPrepare: raw.DB_PREPARE === 'on',
    dbConnectTimeoutMs: durationMs(raw.DB_CONNECT_TIMEOUT),
    dbStatementTimeoutMs: durationMs(raw.DB_STATEMENT_TIMEOUT),
    dbLockTimeoutMs: durationMs(raw.DB_LOCK_TIMEOUT),
    demoData: raw.DEMO_DATA ? raw.DEMO_DATA === 'true' : embedded && !production,
    jwtSecret: raw.JWT_SECRET,
    jwtPreviousSecrets: listOf(raw.JWT_PREVIOUS_SECRETS),
    jwtKeysFile: raw.JWT_KEYS_FILE,
    jwtIssuer: raw.JWT_ISSUER,
    jwtAudience: raw.JWT_AUDIENCE,
    accessTokenTtlMs: durationMs(raw.ACCESS_TOKEN_TTL),
    refreshTokenTtlMs: durationMs(raw.REFRESH_TOKEN_TTL),
    refreshRotation: raw.REFRESH_ROTATION === 'on',
    registration: raw.REGISTRATION === 'true',
    corsOrigins: readOrigins(raw.CORS_ORIGINS ?? (embedded ? 'localhost' : '')).origins,
    trustProxy: raw.TRUST_PROXY === 'none' ? false : raw.TRUST_PROXY.split(',').map((proxy) => proxy.trim()),
    logLevel: raw.LOG_LEVEL,
    traces: tracesOf(raw),
    rateLimit: raw.RATE_LIMIT === 'on',
    loginFailuresPerMinute: raw.LOGIN_FAILURES_PER_MINUTE,
    loginFailuresPerAccount: raw.LOGIN_FAILURES_PER_ACCOUNT,
    requestsPerMinute: raw.REQUESTS_PER_MINUTE,
    requestsPerMinutePerAddress: raw.REQUESTS_PER_MINUTE_PER_ADDRESS,
    socketsPerUser: raw.SOCKETS_PER_USER,
    socketsPerReplica: raw.SOCKETS_PER_REPLICA,
    socketMessagesPerSecond: raw.SOCKET_MESSAGES_PER_SECOND,
    socketMessageBytes: raw.SOCKET_MESSAGE_BYTES,
    socketQueueBytes: raw.SOCKET_QUEUE_BYTES,
    headersTimeoutMs: durationMs(raw.HEADERS_TIMEOUT),
    requestTimeoutMs: durationMs(raw.REQUEST_TIMEOUT),
    pageSizeMax: raw.PAGE_SIZE_MAX,
    bodyBytes: raw.BODY_BYTES,
    actorCacheMs: durationMs(raw.ACTOR_CACHE),
    eventRetentionMs: durationMs(raw.EVENT_RETENTION),
    eventCleanupIntervalMs: durationMs(raw.EVENT_CLEANUP_INTERVAL),
    idempotencyRetentionMs: durationMs(raw.IDEMPOTENCY_RETENTION),
    notificationRetentionMs: durationMs(raw.NOTIFICATION_RETENTION),
    auditRetentionMs: durationMs(raw.AUDIT_RETENTION),
    headCheckIntervalMs: durationMs(raw.HEAD_CHECK_INTERVAL),
    headCheckIntervalDownMs: durationMs(raw.HEAD_CHECK_INTERVAL_DOWN),
    holeWaitMs: durationMs(raw.HOLE_WAIT),
    unsubscribeDelayMs: durationMs(raw.UNSUBSCRIBE_DELAY),
    pingIntervalMs: durationMs(raw.PING_INTERVAL),
    positionIntervalMs: durationMs(raw.POSITION_INTERVAL),
    resumeWaitMs: durationMs(raw.RESUME_WAIT),
    replayPage: raw.REPLAY_PAGE,
    redisCommandTimeoutMs: durationMs(raw.REDIS_COMMAND_TIMEOUT),
    drainTimeoutMs: durationMs(raw.DRAIN_TIMEOUT),
  }
}

/** Where pictures are kept outside of database and file system. */
export type BucketSettings = NonNullable<ReturnType<typeof bucketOf>>

function bucketOf(raw: Raw) {
  if (!raw.MENU_IMAGES_S3) return null
  return {
    url: raw.MENU_IMAGES_S3,
    region: raw.AWS_REGION,
    accessKeyId: raw.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: raw.AWS_SECRET_ACCESS_KEY ?? '',
  }
}

/** Where traces go and what is in them. */
export type TraceSettings = NonNullable<ReturnType<typeof tracesOf>>

function tracesOf(raw: Raw) {
  const base = raw.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '')
  const url = raw.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base}/v1/traces`)
  if (!url || raw.OTEL_SDK_DISABLED === 'true') return null
  return {
    url,
    headers: pairsOf(raw.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: raw.OTEL_SERVICE_NAME,
    resourceAttributes: pairsOf(raw.OTEL_RESOURCE_ATTRIBUTES),
    sampler: raw.OTEL_TRACES_SAMPLER,
    samplerRatio: raw.OTEL_TRACES_SAMPLER_ARG,
    sendEveryMs: raw.OTEL_BSP_SCHEDULE_DELAY,
  }
}

/** Percent-encoding undone; null where it is none. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** `name=value,…`, values percent-encoded, as in a baggage header. */
function pairsOf(text: string | undefined): Record<string, string> {
  return Object.fromEntries(
    listOf(text).map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim()) ?? '']
    }),
  )
}

/** Every setting as a Markdown table: docs/configuration.md. */
export function settingsAsMarkdown(): string {
  const rows = settingRows().map(
    ({ name, values, fallback, description }) =>
      `| \`${name}\` | ${values} | ${fallback && `\`${fallback}\``} | ${description} |`,
  )
  return [
    '# Configuration',
    '',
    'Settings are environment variables. This page is generated: `npm run docs:configuration`.',
    '',
    '| setting | values | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** Every setting for a terminal: `npm start -- --help`. */
export function settingsAsText(): string {
  return settingRows()
    .map(({ name, values, fallback, description }) => {
      const head = [name, values && `(${values})`, fallback && `default ${fallback}`]
        .filter(Boolean)
        .join('  ')
      return `  ${head}\n      ${description}`
    })
    .join('\n')
}

function settingRows() {
  return Object.entries(settings.properties as Record<string, SettingSchema>).map(([name, schema]) => ({
    name,
    values: schema.anyOf
      ? schema.anyOf.map((literal) => literal.const).join(', ')
      : schema.format === 'duration'
        ? 'duration: 500ms, 30s, 15m, 12h, 7d'
        : schema.type === 'integer' || schema.type === 'number'
          ? `number ${[schema.minimum !== undefined && `≥ ${schema.minimum}`, schema.maximum !== undefined && `≤ ${schema.maximum}`].filter(Boolean).join(', ')}`
          : 'text',
    fallback: schema.default === undefined ? '' : String(schema.default),
    description: schema.description ?? '',
  }))
}

interface SettingSchema {
  type?: string
  format?: string
  default?: string | number
  description?: string
  minimum?: number
  maximum?: number
  anyOf?: { const: string }[]
}
