/** Who may import whom. The reasons stand in ARCHITECTURE.md; `npm run boundaries` checks it. */

const only = (name, comment, module, rooms) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: rooms },
  to: { path: `node_modules/(${module})(/|$)` },
})

const never = (name, comment, from, to, except) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, ...(except && { pathNot: except }) },
  to: { path: to },
})

/** The rooms of `src` from top to bottom: each imports only rooms below it. */
const rooms = [
  [
    'main',
    'server',
    'cli',
    'app',
    'asyncapi',
    'openapi',
    'landing',
    'realtime',
    'retention',
    'cafe',
    'plugins',
  ],
  ['accounts', 'idempotency', 'bus', 'events', 'db', 'tracing', 'http', 'config', 'i18n', 'text'],
  ['money', 'lib'],
].flat()
const onlyDownwards = rooms
  .slice(1)
  .map((room, i) =>
    never(
      `${room}-imports-downwards`,
      'see the map in ARCHITECTURE.md',
      `^src/${room}(/|\\.ts$)`,
      `^src/(${rooms.slice(0, i + 1).join('|')})(/|\\.ts$)`,
    ),
  )

/** Resources that others build on, and who may not be imported from there. */
const resources = {
  'cafe/orders': 'cafe/(archive|payments|clients|snapshot|analytics)',
  'cafe/kitchen': 'cafe/orders',
  'cafe/notifications': 'cafe/(kitchen|orders)',
  'accounts/passwords': 'accounts/(login|employees)',
  'accounts/roles': 'accounts/employees',
}
const onlyUpwards = Object.entries(resources).map(([below, above]) =>
  never(
    `${below.replace('/', '-')}-is-below`,
    'no arrow back between resources',
    `^src/${below}/`,
    `^src/${above}/`,
  ),
)

/** Files that hold SQL. */
const sqlFiles = ['^src/db/', '^src/events/log', '(^|/|-)(repository|sql)\\.ts$']

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...onlyDownwards,
    ...onlyUpwards,
    never(
      'realtime-knows-no-cafe',
      'sockets carry events, whatever they say',
      '^src/realtime/',
      '^src/cafe/',
    ),
    never(
      'cafe-knows-no-transport',
      'a change is announced by events/changes',
      '^src/cafe/',
      '^src/(realtime|bus)/',
    ),
    never(
      'accounts-know-no-cafe',
      'people come before what they do',
      '^src/accounts/',
      '^src/(cafe|realtime|bus)/',
    ),
    never(
      'events-know-no-cafe',
      'the log carries what others append',
      '^src/events/',
      '^src/(cafe|accounts|realtime|bus)/',
    ),
    never('bus-knows-streams-only', 'a doorbell', '^src/bus/', '^src/(cafe|accounts|realtime|db|plugins)/'),
    never(
      'db-is-the-ground',
      'nothing above is known down here',
      '^src/db/',
      '^src/(cafe|accounts|realtime|bus|events|plugins)/',
    ),
    never(
      'rules-are-pure',
      'no I/O in decisions',
      '(^|/|-)rules\\.ts$',
      '(repository\\.ts$|^src/(db/(?!enums)|bus|realtime|plugins)/|node_modules/(fastify|drizzle-orm|postgres|ioredis)/)',
    ),
    never(
      'only-main-starts',
      'nothing imports the process',
      '^src/(?!main)',
      '^src/(main|server/serve)\\.ts$',
    ),
    only('traces-in-one-folder', 'one folder knows OpenTelemetry', '@opentelemetry', ['^src/tracing/']),
    only('s3-with-pictures', 'one file speaks S3', 's3mini', ['^src/cafe/pictures/storage/s3']),
    only('redis-in-bus', 'one folder speaks Redis', 'ioredis', ['^src/bus/']),
    only('sql-in-stores', 'SQL stands in db, the event log and repository files', 'drizzle-orm', sqlFiles),
    only(
      'drivers-in-db',
      'only the files that open the connection know which it is',
      'postgres|@electric-sql/pglite',
      ['^src/db/'],
    ),
    never('packages-stand-alone', 'they are published apart', '^packages/', '^(src|test|bench)/'),
    never('service-needs-no-package', 'a client is for others', '^src/', '^packages/'),
    {
      name: 'tests-stay-outside',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'guide-is-black-box',
      comment: 'the guide is walked over the network alone',
      severity: 'error',
      from: { path: '^test/guide/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'simulation-is-black-box',
      comment: 'a day is simulated over the network alone; wire.ts holds the types of its answers',
      severity: 'error',
      from: { path: '^test/simulate/', pathNot: '/wire\\.ts$' },
      to: { path: '^src/' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // servers to compare with, whose packages are installed in bench/ alone
    exclude: { path: '^bench/(peers|node_modules)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      conditionNames: ['import', 'node', 'types', 'default'],
      exportsFields: ['exports'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
