import type { Command } from '../command.ts'
import { readArguments } from '../command.ts'
import type { ShownMessage } from './event-lines.ts'
import { messagePrinter } from './event-lines.ts'
import { clientOptions, logIn } from './service-client.ts'

/** Options of what follows a part of the café. */
export const followOptions = {
  ...clientOptions,
  group: { type: 'string' },
  branch: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean' },
} as const

interface EventsReply {
  readonly events: readonly ShownMessage[]
  readonly position: string
  readonly resync_required: { readonly reason: string } | null
}

/** Prints what the log holds after a position, and ends. */
export const events: Command = {
  isClient: true,
  async run(args, context) {
    const { values } = readArguments(args, context, followOptions)
    const { group = 'orders', branch } = values
    const service = await logIn(values, context)
    const show = messagePrinter(values, context)
    for (let since = values.since ?? '0'; ;) {
      const reply: EventsReply = await service.get('/api/cafe/events/', { group, branch, since })
      if (reply.resync_required) show({ type: 'resync_required', ...reply.resync_required })
      for (const message of reply.events) show(message)
      if (reply.events.length === 0) return
      since = reply.position
    }
  },
}
