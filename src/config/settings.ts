import { Type } from 'typebox'
import { redisUrlForms } from './redis-url.ts'

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

/**
 * Every setting: its environment variable, type, default and description. The validation, the TypeScript types and
 * docs/configuration.md come from this table.
 */
export const settings = Type.Object({
  HOST: Type.String({ minLength: 1, default: '0.0.0.0', description: 'Address to listen on.' }),
  PORT: count('Port to listen on; 0 takes a free one.', 8000, { minimum: 0, maximum: 65_535 }),
  ROLES: Type.String({
    pattern: '^(api|ws)(,(api|ws))*$',
    default: 'api,ws',
    description: 'What this replica serves: the REST API, WebSockets, or both.',
  }),
  NODE_ENV: Type.Optional(
    Type.String({ description: '`production` creates demo data only with DEMO_DATA=true.' }),
  ),
  DATABASE_URL: url(
    'PostgreSQL ≥ 15; `?sslmode=verify-full` encrypts and verifies. Unset: the embedded database in DATA_DIR.',
    'postgres|postgresql',
  ),
  DATABASE_MIGRATE_URL: url(
    'The same database with the login that owns the tables: it runs migrations and creates roles. Unset: DATABASE_URL does.',
    'postgres|postgresql',
  ),
  DATABASE_CA_FILE: Type.Optional(
    Type.String({
      description:
        'File with certificate authorities (PEM) for PostgreSQL. Unset: those that Node.js trusts.',
    }),
  ),
  REDIS_URL: url(
    `Redis ≥ 7 or Valkey, carries events between replicas: one server, a master behind sentinels, or a cluster. ${redisUrlForms}; \`name:password@\` before the hosts, percent-encoded. Unset: events are published in this process only, and other replicas find them by the head check. Needs DATABASE_URL.`,
    'rediss?(\\+(sentinel|cluster))?',
  ),
  REDIS_CA_FILE: Type.Optional(
    Type.String({
      description:
        'File with certificate authorities (PEM) for Redis, with rediss. Unset: those that Node.js trusts.',
    }),
  ),
  REDIS_SENTINEL_USERNAME: Type.Optional(
    Type.String({ description: 'User name for the sentinels; the one in REDIS_URL is for Redis.' }),
  ),
  REDIS_SENTINEL_PASSWORD: Type.Optional(Type.String({ description: 'Password for the sentinels.' })),
  REDIS_PREFIX: Type.String({
    pattern: '^[A-Za-z0-9:_.-]*$',
    default: '',
    description: 'Prefix of every channel name, for a Redis shared with other services.',
  }),
  DATA_DIR: Type.String({
    minLength: 1,
    default: '.data',
    description: 'Folder of the embedded database and of its generated secret.',
  }),
  MENU_IMAGES_DIR: Type.Optional(
    Type.String({
      description:
        'Folder for new pictures of dishes, shared by the replicas. Unset: they are stored in the database.',
    }),
  ),
  MENU_IMAGES_S3: url(
    'S3 bucket for new pictures of dishes, instead of a folder: `https://s3.example.com/bucket`. Needs both AWS keys.',
    'https?',
  ),
  AWS_ACCESS_KEY_ID: Type.Optional(Type.String({ description: 'Access key of the bucket.' })),
  AWS_SECRET_ACCESS_KEY: Type.Optional(Type.String({ description: 'Secret key of the bucket.' })),
  AWS_REGION: Type.String({ minLength: 1, default: 'us-east-1', description: 'Region of the bucket.' }),
  DB_MIGRATE_ON_START: trueFalse('Apply database migrations at start.', 'true'),
  DB_POOL_MAX: count('Connections to PostgreSQL per replica.', 10, { maximum: 1000 }),
  DB_PREPARE: onOff('Prepared statements; off behind a PgBouncer without support for them.', 'on'),
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
        'Secret that signs tokens, ≥ 32 bytes. Required with DATABASE_URL; the embedded database generates one in DATA_DIR.',
    }),
  ),
  JWT_PREVIOUS_SECRETS: Type.Optional(
    Type.String({
      description: 'Comma-separated former values of JWT_SECRET whose tokens are still accepted.',
    }),
  ),
  JWT_KEYS_FILE: Type.Optional(
    Type.String({
      description:
        'File with keys for tokens (a JWK Set; HS256, EdDSA, RS256): the first signs, all of them accept. Tokens signed with JWT_SECRET before are still accepted.',
    }),
  ),
  JWT_ISSUER: Type.String({
    minLength: 1,
    default: 'cafe-realtime',
    description: '`iss` of tokens; others are refused.',
  }),
  JWT_AUDIENCE: Type.String({
    minLength: 1,
    default: 'cafe-realtime',
    description: '`aud` of tokens; others are refused. Installations that share a key need different values.',
  }),
  ACCESS_TOKEN_TTL: duration('Lifetime of an access token: one shift.', '12h'),
  REFRESH_TOKEN_TTL: duration('Lifetime of a refresh token.', '90d'),
  REFRESH_ROTATION: onOff(
    'Whether every refresh returns a new refresh token, not only when the client sends `rotate`.',
    'off',
  ),
  REGISTRATION: trueFalse(
    'Whether anyone who can reach the service may register a company. `create-company` also creates one.',
    'false',
  ),
  PUBLIC_URL: url(
    'Address under which clients reach the service, for the API document: `https://api.cafe.kg`. Unset: the document names none.',
    'https?',
  ),
  CORS_ORIGINS: Type.Optional(
    Type.String({
      description:
        'Comma-separated origins of browser front ends, for HTTP and sockets: `https://app.cafe.kg`; `https://*.cafe.kg` for direct subdomains; `localhost` for every port of this machine; `*` for all. Pages of this host are always allowed. Default: localhost when embedded, none otherwise.',
    }),
  ),
  TRUST_PROXY: Type.String({
    default: 'loopback',
    description:
      'Comma-separated proxies whose X-Forwarded-* headers are trusted: addresses, ranges, `loopback`, `uniquelocal` (private networks); `none` for none. A trusted proxy can claim any client address.',
  }),
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'Minimum level of log lines.' },
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(
    'OpenTelemetry collector (OTLP over HTTP); `/v1/traces` is appended. Unset: no traces.',
    'https?',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url(
    'The complete URL for traces; overrides OTEL_EXPORTER_OTLP_ENDPOINT.',
    'https?',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: Type.Optional(
    Type.String({
      pattern: pairsPattern,
      description: 'Comma-separated headers for the collector, `name=value`, percent-encoded.',
    }),
  ),
  OTEL_SERVICE_NAME: Type.String({
    minLength: 1,
    default: 'cafe-realtime',
    description: 'Service name in traces.',
  }),
  OTEL_RESOURCE_ATTRIBUTES: Type.Optional(
    Type.String({
      pattern: pairsPattern,
      description: 'Comma-separated resource attributes of traces, `name=value`, percent-encoded.',
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
      description: 'Which requests are traced; `parentbased_…` follow the `traceparent` header.',
    },
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 1,
    description: 'Share of requests that `…traceidratio` traces.',
  }),
  OTEL_BSP_SCHEDULE_DELAY: count('How often traces are sent, in milliseconds.', 5000),
  OTEL_SDK_DISABLED: trueFalse('Turns traces off, whatever else is set.', 'false'),
  RATE_LIMIT: onOff('Limits on failed logins, requests and sockets; off disables all of them.', 'on'),
  LOGIN_FAILURES_PER_MINUTE: count(
    'Failed logins per address and minute, of all accounts together, before 429; accounts that have logged in from the address before are exempt. Replicas share the count over Redis.',
    100,
    { minimum: 20 },
  ),
  LOGIN_FAILURES_PER_ACCOUNT: count(
    'Failed logins per account and hour, from all unfamiliar addresses together, before 429; a fifth of it in 20 minutes from any one address, and from each device that the account has logged in with. Replicas share the count over Redis.',
    100,
    { minimum: 100 },
  ),
  REQUESTS_PER_MINUTE: count(
    'Requests and opened sockets per user, minute and replica before 429 or 4103.',
    3000,
    { minimum: 600 },
  ),
  REQUESTS_PER_MINUTE_PER_ADDRESS: count(
    'Requests without a token per address, minute and replica before 429.',
    3000,
    { minimum: 600 },
  ),
  SOCKETS_PER_USER: count('Open sockets per user and replica.', 100, { minimum: 50 }),
  SOCKETS_PER_REPLICA: count('Open sockets per replica; more are closed with 4102.', 20_000),
  SOCKET_MESSAGES_PER_SECOND: count('Messages a socket may send; more are ignored.', 20),
  SOCKET_MESSAGE_BYTES: count('Largest message a socket may send.', 16_384, { maximum: 1_048_576 }),
  SOCKET_QUEUE_BYTES: count('Bytes queued for one slow socket before it is closed.', 1_048_576, {
    minimum: 65_536,
  }),
  SOCKET_FRAME_GAP: Type.String({
    pattern: '^(0|\\d+ms)$',
    default: '50ms',
    description:
      'Pause between the messages to a socket whose client shows no sign of knowing this service (docs/realtime.md); 0 for none.',
    format: 'duration',
  }),
  HEADERS_TIMEOUT: duration('How long a client may take for the headers of a request or handshake.', '10s'),
  REQUEST_TIMEOUT: duration('How long a client may take for a whole request.', '30s'),
  PAGE_SIZE_MAX: count('Largest page of a list; larger requests get this size.', 500, {
    maximum: 500,
  }),
  BODY_BYTES: count('Largest JSON body.', 262_144, { maximum: 10_485_760 }),
  ACTOR_CACHE: duration('How long a replica caches the user of a token.', '2s'),
  EVENT_RETENTION: duration('How long the event log keeps events for clients that resume.', '7d'),
  EVENT_CLEANUP_INTERVAL: duration(
    'How often a replica removes expired events, saved answers, notifications and audit entries, and picture files without a dish.',
    '10m',
  ),
  IDEMPOTENCY_RETENTION: duration(
    'How long answers to requests with an Idempotency-Key are kept for repeated requests; at least 24h.',
    '48h',
  ),
  NOTIFICATION_RETENTION: duration('How long notifications are kept, read or not.', '30d'),
  AUDIT_RETENTION: duration(
    'How long audit entries are kept; at least 30d, because the database refuses to remove younger ones.',
    '365d',
  ),
  HEAD_CHECK_INTERVAL: duration('How often followed streams are compared with the log.', '1s'),
  HEAD_CHECK_INTERVAL_DOWN: duration('The same while Redis is away.', '250ms'),
  HOLE_WAIT: duration('How long to wait for a missing event before reading it from the log.', '20ms'),
  UNSUBSCRIBE_DELAY: duration('How long a stream is followed after its last socket left.', '5s'),
  PING_INTERVAL: duration('How often a socket is pinged; one missed pong closes it.', '25s'),
  POSITION_INTERVAL: duration('How often resumable sockets are sent their position.', '60s'),
  RESUME_WAIT: duration('How long a company-wide socket may take to send its resume positions.', '5s'),
  REPLAY_PAGE: count('Events per read of the log.', 500, { maximum: 10_000 }),
  REDIS_COMMAND_TIMEOUT: duration('How long one Redis command may take.', '1s'),
  DRAIN_TIMEOUT: duration(
    'How long a stopping replica takes to finish requests and close its sockets.',
    '10s',
  ),
})

/** The environment variable of a setting. */
export type SettingName = keyof typeof settings.properties
