import { diagnoseRedis } from '../bus/diagnose.ts'
import { redisSettings } from '../bus/open.ts'
import { systemClock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import { diagnoseServer } from '../db/diagnose/server.ts'
import type { Database } from '../db/database.ts'
import { beginNewEpoch, findDifferences } from '../db/diagnose/books.ts'
import { findDoubleBookings } from '../db/diagnose/double-bookings.ts'
import { findDuplicatePhones } from '../db/diagnose/phones.ts'
import { configWarnings } from './warnings.ts'
import { findUnknownZones } from '../db/time-zones.ts'
import type { FindingKey } from '../i18n/finding-texts.ts'
import type { MessageParams } from '../i18n/messages.ts'
import { nameOfCheck, translateFinding } from '../i18n/translate.ts'
import type { Command, CommandContext } from './command.ts'
import { readArguments } from './command.ts'
import { useDatabase } from './with-database.ts'

export const doctor: Command = {
  async run(args, context) {
    const { values } = readArguments(args, context, { 'new-epoch': { type: 'boolean' } })
    const config = context.readConfig()
    const { say, note } = speech(context)
    say('settings_read')
    for (const caution of configWarnings(config)) note(caution)
    const redisIsWell = await tryRedis(config, context)
    const databaseIsWell = await useDatabase(context, config, ({ database }) =>
      tryDatabase(database, config, values['new-epoch'] ?? false, context),
    )
    return redisIsWell && databaseIsWell ? 0 : 1
  },
}

/** Prints findings in the language of the terminal, each on a line of its own. */
function speech({ print, language }: CommandContext) {
  const tell = (text: string) => print(`${text}\n`)
  const tellNote = (text: string) => tell(translateFinding(language, 'note', { text }))
  return {
    tell,
    tellNote,
    say: (key: FindingKey, params?: MessageParams) => tell(translateFinding(language, key, params)),
    note: (key: FindingKey, params?: MessageParams) => tellNote(translateFinding(language, key, params)),
  }
}

/** Each check prints what it found and returns whether all is well. */

async function tryRedis(config: Config, context: CommandContext): Promise<boolean> {
  const redis = redisSettings(config)
  if (!redis) return true
  const { say, tell } = speech(context)
  const { language } = context
  const problems = await diagnoseRedis({ redis, prefix: config.redisPrefix, language })
  for (const problem of problems) tell(problem)
  say(problems.length === 0 ? 'redis_well' : 'without_redis')
  return problems.length === 0
}

async function tryDatabase(
  database: Database,
  config: Config,
  newEpoch: boolean,
  context: CommandContext,
): Promise<boolean> {
  const { say, note, tell, tellNote } = speech(context)
  const { language } = context
  const { well, problems, notes, current } = await diagnoseServer(database, {
    clock: systemClock,
    poolMax: config.dbPoolMax,
    language,
  })
  for (const sentence of [...well, ...problems]) tell(sentence)
  for (const sentence of notes) tellNote(sentence)
  if (!current) return false
  if (newEpoch) say('new_epoch', await beginNewEpoch(database))
  if (database.kind === 'postgresql' && (await database.bypassesRowSecurity())) note('bypasses_row_security')
  const zones = await findUnknownZones(database)
  for (const { kind, id, name, timezone } of zones)
    say(kind === 'company' ? 'company_zone_unknown' : 'branch_zone_unknown', { id, name, timezone })
  for (const pair of await findDuplicatePhones(database)) note('one_phone', { ...pair })
  for (const { time, ...booking } of await findDoubleBookings(database))
    note('double_booking', { ...booking, time: time.slice(0, 5) })
  const differences = await findDifferences(database)
  for (const { check, ...difference } of differences)
    say('difference', { check: nameOfCheck(language, check), ...difference })
  if (differences.length === 0) say('books_in_order')
  else say('books_differ', { count: differences.length })
  return problems.length === 0 && zones.length === 0 && differences.length === 0
}
