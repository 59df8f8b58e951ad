import { parseArgs } from 'node:util'
import { readConfig } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { openBenchCompany } from './company.ts'
import { answer, obeyLines, wholeNumber } from './lines.ts'
import { createPublisher } from './publisher.ts'
import { openWayOfService } from './service.ts'

const usage = `node bench/publish.mjs --branches N --events M [--rate R]
node bench/publish.mjs --branches N < lines

Appends events to the log and publishes them exactly as the service does, in the company with the slug "bench", which is
made with its branches when it is not there. DATABASE_URL, REDIS_URL, REDIS_PREFIX and JWT_SECRET are those of the service.

  --branches N   branches to publish in (default 1)
  --events M     events in all, one branch after the other; without it lines are read from standard input
  --rate R       events in a second (default 0: as fast as it goes)

Lines: "GROUPS COUNT RATE" publishes COUNT events in the first GROUPS branches at RATE events in a second, and
"append GROUPS COUNT RATE" only appends them, until "release" publishes all of those at once. Each line is answered by
one line of JSON. The data of every event begins with {"n":…,"t":…: its number in its branch, counted from 1 by this
program, and the moment it was published, in microseconds of CLOCK_MONOTONIC.
`

/** Carries out what the command line says. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      branches: { type: 'string', default: '1' },
      events: { type: 'string' },
      rate: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(usage)
  const config = readConfig()
  if (!config.databaseUrl)
    throw new Error('DATABASE_URL is not set: the embedded database is of one process alone')
  const branches = wholeNumber(values.branches)
  const company = await openBenchCompany(config, branches)
  const database = await openDatabase(config)
  const way = await openWayOfService(config)
  const publisher = createPublisher({ database, company, way })
  try {
    if (values.events === undefined) return await obeyLines(publisher)
    const work = { branches, events: wholeNumber(values.events), rate: wholeNumber(values.rate) }
    answer(await publisher.publish(work))
  } finally {
    await way.close()
    await database.close()
  }
}
