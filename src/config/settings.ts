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
 * Every setting: its name in the environment, its form, its default and what it means. The check, the types and
 * docs/configuration.md all come from this table.
 */
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
  PUBLIC_URL: url(
    'Address under which clients reach the service, for the API document: `https://api.cafe.kg`. Unset: the document names none.',
    'https?',
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
  SOCKET_FRAME_GAP: Type.String({
    pattern: '^(0|\\d+ms)$',
    default: '50ms',
    description:
      'Pause between the messages to a socket whose client shows no sign of knowing this service (docs/realtime.md); 0 for none.',
    format: 'duration',
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
