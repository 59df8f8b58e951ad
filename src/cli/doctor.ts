import { diagnoseRedis } from '../bus/diagnose.ts'
import { redisSettings } from '../bus/open.ts'
import { systemClock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import { diagnoseServer } from '../db/diagnose/server.ts'
import { superuserWarning } from '../db/database.ts'
import type { Database } from '../db/database.ts'
import { beginNewEpoch, findDifferences } from '../db/diagnose/books.ts'
import { findDoubleBookings } from '../db/diagnose/double-bookings.ts'
import { findDuplicatePhones } from '../db/diagnose/phones.ts'
import { cautions } from './warnings.ts'
import { findUnknownZones } from '../db/time-zones.ts'
import type { Command, Surroundings } from './command.ts'
import { readArguments } from './command.ts'
import { useDatabase } from './with-database.ts'

export const doctor: Command = {
  async run(args, surroundings) {
    const { values } = readArguments(args, surroundings, { 'new-epoch': { type: 'boolean' } })
    const { print, readConfig } = surroundings
    const config = readConfig()
    print('The settings can be read.\n')
    for (const caution of cautions(config)) print(`Note: ${caution}\n`)
    const redisIsWell = await tryRedis(config, surroundings)
    const databaseIsWell = await useDatabase(surroundings, config, ({ database }) =>
      tryDatabase(database, config, values['new-epoch'] ?? false, surroundings),
    )
    return redisIsWell && databaseIsWell ? 0 : 1
  },
}

/** Each check prints what it found and returns whether all is well. */

async function tryRedis(config: Config, { print }: Surroundings): Promise<boolean> {
  const redis = redisSettings(config)
  if (!redis) return true
  const faults = await diagnoseRedis(redis, config.redisPrefix)
  for (const fault of faults) print(`${fault}\n`)
  print(faults.length === 0 ? 'Redis does what is needed.\n' : 'Without Redis events still arrive, later.\n')
  return faults.length === 0
}

async function tryDatabase(
  database: Database,
  config: Config,
  newEpoch: boolean,
  { print }: Surroundings,
): Promise<boolean> {
  const { well, faults, notes, current } = await diagnoseServer(database, {
    clock: systemClock,
    poolMax: config.dbPoolMax,
  })
  for (const sentence of [...well, ...faults, ...notes.map((note) => `Note: ${note}`)]) print(`${sentence}\n`)
  if (!current) return false
  if (newEpoch) {
    const { before, after } = await beginNewEpoch(database)
    print(`The history of the database was called ${before}, from now on ${after}.\n`)
  }
  if (database.kind === 'postgresql' && (await database.bypassesRowSecurity()))
    print(`Note: ${superuserWarning}.\n`)
  const zones = await findUnknownZones(database)
  for (const { kind, id, name, timezone } of zones)
    print(
      `The time zone ${timezone} of ${kind} ${name} (${id}) is unknown to PostgreSQL, so nobody can order there: choose another.\n`,
    )
  for (const { company, client, other } of await findDuplicatePhones(database))
    print(`Note: clients ${client} and ${other} of company ${company} have one phone number.\n`)
  for (const { company, booking, guest, date, time } of await findDoubleBookings(database))
    print(
      `Note: booking ${booking} of company ${company} (${guest}, ${date} ${time.slice(0, 5)}) stands over another one of its table: move or cancel one of them.\n`,
    )
  const differences = await findDifferences(database)
  for (const { check, company, row, found, expected } of differences)
    print(`${check}: ${row} of company ${company} is ${found}, expected ${expected}\n`)
  print(differences.length === 0 ? 'The books are in order.\n' : `${differences.length} differences.\n`)
  return faults.length === 0 && zones.length === 0 && differences.length === 0
}
