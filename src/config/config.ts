import { resolve } from 'node:path'
import { Ajv } from 'ajv'
import type { Static } from 'typebox'
import { readOrigins } from './origins.ts'
import { parseRedisUrl, redisUrlForms } from './redis-url.ts'
import { settings } from './settings.ts'
import { StartupError } from './startup-error.ts'

type Raw = Static<typeof settings>

/** The settings of one process, checked; durations in milliseconds. */
export type Config = ReturnType<typeof fromRaw>

/**
 * Reads and checks the settings of an environment.
 * @throws StartupError that lists every problem
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const raw: Record<string, unknown> = {}
  for (const name of Object.keys(settings.properties)) {
    // an empty value counts as unset: compose files and shells cannot always omit a variable
    if (environment[name]) raw[name] = environment[name]
  }
  const ajv = new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true, formats: { duration: true } })
  const errors = ajv.validate(settings, raw) ? [] : (ajv.errors ?? []).map(describeError)
  errors.push(...contradictionsIn(raw as Raw))
  const unique = [...new Set(errors)]
  if (unique.length === 1) throw new StartupError(`bad setting: ${unique[0]}`)
  if (unique.length > 1) throw new StartupError(`bad settings:\n  ${unique.join('\n  ')}`)
  return fromRaw(raw as Raw)
}

function describeError(error: {
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

function contradictionsIn(raw: Raw): string[] {
  const errors: string[] = []
  if (raw.REDIS_URL && !raw.DATABASE_URL)
    errors.push('REDIS_URL needs DATABASE_URL: replicas that share a bus must share a database')
  const redis = raw.REDIS_URL && parseRedisUrl(raw.REDIS_URL)
  if (raw.REDIS_URL && !redis) errors.push(`REDIS_URL must be a URL such as ${exampleUrls.REDIS_URL}`)
  if (raw.REDIS_CA_FILE && redis && !redis.tls)
    errors.push('REDIS_CA_FILE needs a REDIS_URL that begins with rediss: without it nothing is encrypted')
  if (raw.DATABASE_MIGRATE_URL && !raw.DATABASE_URL)
    errors.push('DATABASE_MIGRATE_URL needs DATABASE_URL: it is the same database with another login')
  if (raw.DATABASE_URL && !raw.JWT_SECRET)
    errors.push(
      'JWT_SECRET is required with DATABASE_URL: every replica must accept the tokens of the others',
    )
  if (raw.MENU_IMAGES_S3 && raw.MENU_IMAGES_DIR)
    errors.push('MENU_IMAGES_S3 and MENU_IMAGES_DIR exclude each other: pictures are stored in one place')
  if (raw.MENU_IMAGES_S3 && !(raw.AWS_ACCESS_KEY_ID && raw.AWS_SECRET_ACCESS_KEY))
    errors.push('MENU_IMAGES_S3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  errors.push(...readOrigins(raw.CORS_ORIGINS ?? '').errors)
  if (listOf(raw.JWT_PREVIOUS_SECRETS).some((secret) => secret.length < 32))
    errors.push('JWT_PREVIOUS_SECRETS must be secrets of at least 32 characters each')
  if (durationMs(raw.HEADERS_TIMEOUT) > durationMs(raw.REQUEST_TIMEOUT))
    errors.push('HEADERS_TIMEOUT must not be longer than REQUEST_TIMEOUT, which includes it')
  if (frameGapMs(raw) > longestFrameGapMs)
    errors.push(
      `SOCKET_FRAME_GAP must be at most ${longestFrameGapMs}ms, for up to 50 messages wait one after another`,
    )
  if (durationMs(raw.AUDIT_RETENTION) < 30 * unitMs.d!)
    errors.push('AUDIT_RETENTION must be at least 30d: the database refuses to remove younger entries')
  if (durationMs(raw.IDEMPOTENCY_RETENTION) < unitMs.d!)
    errors.push('IDEMPOTENCY_RETENTION must be at least 24h: clients count on it when they repeat a request')
  for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_RESOURCE_ATTRIBUTES'] as const)
    if (listOf(raw[name]).some((pair) => decoded(pair) === null))
      errors.push(`${name} must be percent-encoded: a % begins two hex digits`)
  return errors
}

const longestFrameGapMs = 200

const frameGapMs = ({ SOCKET_FRAME_GAP: gap }: Raw): number => (gap === '0' ? 0 : durationMs(gap))

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
    publicUrl: raw.PUBLIC_URL?.replace(/\/+$/, ''),
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
    socketFrameGapMs: frameGapMs(raw),
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

/** S3 bucket for pictures. */
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

/** OpenTelemetry exporter settings. */
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

/** Percent-decoded text; null when the encoding is invalid. */
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
