import { pastedToken } from '../http/bearer-token.ts'
import { groupName } from '../events/catalogue.ts'
import type { Group } from '../events/catalogue.ts'
import type { CloseReason } from './close-codes.ts'
import type { ResyncReason, ServerMessage } from './messages.ts'

/** Messages of the service to a client that are not events. */

/** The position of a socket: one number, or one per stream for a socket that follows a whole company. */
export type Standing = { readonly seq: number } | { readonly positions: Readonly<Record<string, number>> }

interface Place {
  readonly companyId: string
  readonly branchId: string | null
  readonly userId: string
  readonly group: Group
}

const textOf = (message: ServerMessage): string => JSON.stringify(message)

/** The first message: the identity and scope of the socket, and the number after which its events begin. */
export const hello = ({ group, ...place }: Place, epoch: string, standing: Standing): string =>
  textOf({
    type: 'connection_established',
    company_id: place.companyId,
    branch_id: place.branchId,
    group: groupName(group, place),
    epoch,
    ...standing,
  })

export const resyncRequired = (reason: ResyncReason, epoch: string, standing: Standing): string =>
  textOf({ type: 'resync_required', reason, epoch, ...standing })

/** Tells a resuming client its position while its group has no events. */
export const position = (epoch: string, standing: Standing): string =>
  textOf({ type: 'position', epoch, ...standing })

/** The last message of an event stream that the service ends, in place of the close of a socket. */
export const closing = (code: number, reason: CloseReason): string => textOf({ type: 'close', code, reason })

export const pong = textOf({ type: 'pong' })

/** The socket continues with the new token. */
export const tokenRefreshed = (expiresAt: Date): string =>
  textOf({ type: 'token_refreshed', expires_at: expiresAt.toISOString() })

/** The socket continues with its present token; `unavailable`: the new one could not be checked. */
export const tokenRefused = (code: 'token_not_valid' | 'unavailable'): string =>
  textOf({ type: 'token_refused', code })

/** Messages a client may send. */
export type ClientMessage =
  | { readonly action: 'ping' }
  | { readonly action: 'refresh'; readonly token: string }
  | { readonly action: 'resume'; readonly since: unknown; readonly epoch: unknown }

/** The parsed message of a client, or null when it is not valid. */
export function readClientMessage(text: string): ClientMessage | null {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return null
  const { action, since, epoch, token } = message as Record<string, unknown>
  if (action === 'ping') return { action }
  if (action === 'refresh') return { action, token: typeof token === 'string' ? pastedToken(token) : '' }
  if (action === 'resume') return { action, since, epoch }
  return null
}
