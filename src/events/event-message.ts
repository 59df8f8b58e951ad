import type { LoggedEvent } from './log.ts'

/**
 * The message for clients, a superset of the guide's: `{"type", "seq", "id", "at", "data"}`, on replay with
 * `"replay": true`. The data is copied from the log as text, never parsed again.
 */
export function eventMessage(event: LoggedEvent, replay = false): string {
  const mark = replay ? ',"replay":true' : ''
  return `{"type":"${event.type}","seq":${event.seq},"id":"${event.id}","at":"${event.at.toISOString()}"${mark},"data":${event.data}}`
}

/** The type of an event's message, and its number in the stream, which stand first in it. */
export function typeAndSeqOf(message: string): { type: string; seq: number } {
  const [, type, seq] = /^\{"type":"(\w+)","seq":(\d+),/.exec(message)!
  return { type: type!, seq: Number(seq) }
}
