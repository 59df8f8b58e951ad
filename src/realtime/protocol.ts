import { pastedToken } from '../http/bearer-token.ts'
import { groupName } from '../events/catalogue.ts'
import type { Group } from '../events/catalogue.ts'
import type { ResetReason } from './stream-state.ts'

/** What the service itself tells a client, beside events. */

/** Where a socket stands: one number, or one per stream for a socket that follows a whole company. */
export type Standing = { readonly seq: number } | { readonly positions: Readonly<Record<string, number>> }

/** Why a client must fetch everything anew; the last two are about the position it came with. */
export type ResyncReason = ResetReason | 'position_ahead' | 'malformed_position'

interface Place {
  readonly companyId: string
  readonly branchId: string | null
  readonly userId: string
  readonly group: Group
}

/** The first message: who the socket became, and after which number its first event comes. */
export const hello = ({ group, ...place }: Place, epoch: string, standing: Standing): string =>
  JSON.stringify({
    type: 'connection_established',
    company_id: place.companyId,
    branch_id: place.branchId,
    group: groupName(group, place),
    epoch,
    ...standing,
  })

export const resyncRequired = (reason: ResyncReason, epoch: string, standing: Standing): string =>
  JSON.stringify({ type: 'resync_required', reason, epoch, ...standing })

/** Tells a resuming client how far it has come while its group is quiet. */
export const position = (epoch: string, standing: Standing): string =>
  JSON.stringify({ type: 'position', epoch, ...standing })

export const pong = '{"type":"pong"}'

/** The socket lives on with the new token. */
export const tokenRefreshed = (expiresAt: Date): string =>
  JSON.stringify({ type: 'token_refreshed', expires_at: expiresAt.toISOString() })

/** The socket lives on with the token it has; `unavailable`: the new one could not be checked just now. */
export const tokenRefused = (code: 'token_not_valid' | 'unavailable'): string =>
  JSON.stringify({ type: 'token_refused', code })

/** What a client may say. */
export type ClientMessage =
  | { readonly action: 'ping' }
  | { readonly action: 'refresh'; readonly token: string }
  | { readonly action: 'resume'; readonly since: unknown; readonly epoch: unknown }

/** The message of a client, or null when it is not understood. */
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
