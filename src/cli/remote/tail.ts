import { setTimeout as pause } from 'node:timers/promises'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { Command } from '../command.ts'
import { readArguments } from '../command.ts'
import type { ShownMessage } from './event-lines.ts'
import { messagePrinter } from './event-lines.ts'
import { followOptions } from './events.ts'
import { logIn } from './service-client.ts'
import { remoteTextsOf } from './texts.ts'

/** Milliseconds before it connects again, unless the service names another pause. */
const defaultPause = 2000

/** Prints events as they happen, until it is stopped. After a lost connection it goes on where it was. */
export const tail: Command = {
  isClient: true,
  async run(args, context) {
    const { values } = readArguments(args, context, followOptions)
    const { group = 'orders', branch } = values
    const texts = remoteTextsOf(context.language)
    let service = await logIn(values, context)
    let position = values.since
    let pauseMs = defaultPause
    const show = messagePrinter(values, context)

    async function follow(): Promise<void> {
      const { body } = await service.open('/api/cafe/events/stream/', { group, branch, since: position })
      const parser = new EventSourceParserStream({ onRetry: (ms) => void (pauseMs = ms) })
      for await (const { id, data } of body!.pipeThrough(new TextDecoderStream()).pipeThrough(parser)) {
        position = id ?? position
        show(JSON.parse(data) as ShownMessage, data)
      }
    }
    for (let isFirst = true; ; isFirst = false) {
      const reason = await follow().then(
        () => texts.streamEnded,
        (error: Error) => {
          if (isFirst) throw error
          return error.message
        },
      )
      process.stderr.write(`${texts.connectsAgain(reason, Math.ceil(pauseMs / 1000))}\n`)
      await pause(pauseMs)
      service = await logIn(values, context).catch(() => service)
    }
  },
}
