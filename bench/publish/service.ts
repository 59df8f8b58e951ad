import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { channelOf } from '../../src/bus/channels.ts'
import { openBus } from '../../src/bus/open.ts'
import type { Config } from '../../src/config/config.ts'
import { createPublisher } from '../../src/events/publisher.ts'
import { encodeEnvelope } from '../../src/events/envelope.ts'
import { publishCommand } from './commands.ts'
import type { Way } from './publisher.ts'

/** The way of the service itself: its bus, its announcer, its envelope. */
export async function openWayOfService(config: Config): Promise<Way & { close(): Promise<void> }> {
  const log = pino({ level: 'warn' }, pino.destination(2))
  const registry = new Registry()
  const bus = openBus({ config, log, registry })
  while (config.redisUrl && !bus.up) await sleep(10)
  return {
    announce: createPublisher({ publish: bus.publish, log, registry }),
    command: (batch) => publishCommand(channelOf(config.redisPrefix, batch.stream), encodeEnvelope(batch)),
    address: config.redisUrl!,
    mark: '\n',
    close: () => bus.close(),
  }
}
