import type { EventData, EventType, GroupEvents } from './generated/events.ts'

/** The messages of the service, as docs/realtime.md describes them. */

export type { EventData, EventType } from './generated/events.ts'

/** What a socket follows. */
export type Group = keyof GroupEvents

/** Types of the events that a group is told. */
export type EventTypeOf<G extends Group> = GroupEvents[G]

/** An event; a union over its types, told apart by `type`. */
export type CafeEvent<T extends EventType = EventType> = {
  [Type in T]: {
    readonly type: Type
    /** Its number in its branch. */
    readonly seq: number
    readonly id: string
    /** When it was written: UTC. */
    readonly at: string
    /** It was missed before and comes from the log. */
    readonly replay?: true
    readonly data: EventData[Type]
  }
}[T]

interface Standing {
  readonly seq?: number
  readonly positions?: Readonly<Record<string, number>>
}

export interface Greeting extends Standing {
  readonly type: 'connection_established'
  readonly company_id: string
  readonly branch_id: string | null
  readonly group: string
  readonly epoch: string
}

export interface ResyncRequired extends Standing {
  readonly type: 'resync_required'
  readonly reason: 'log_trimmed' | 'epoch_changed' | 'head_behind' | 'position_ahead' | 'malformed_position'
  readonly epoch: string
}

export type ServerMessage =
  | Greeting
  | ResyncRequired
  | (Standing & { readonly type: 'position'; readonly epoch: string })
  | { readonly type: 'pong' }
  | { readonly type: 'token_refreshed'; readonly expires_at: string }
  | { readonly type: 'token_refused'; readonly code: 'token_not_valid' | 'unavailable' }
  | CafeEvent

/**
 * Everything must be fetched again; the events that follow continue from there. `first_connection`: nothing is known yet;
 * `other_stream`: the person works in another branch now.
 */
export interface Resync {
  readonly type: 'resync'
  readonly reason: ResyncRequired['reason'] | 'first_connection' | 'other_stream'
}
