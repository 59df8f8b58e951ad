import { Type } from 'typebox'
import { listQuery } from '../../http/pagination.ts'
import { Instant, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

export const SessionQuery = Type.Object({ page: listQuery.page, page_size: listQuery.page_size })
export type SessionQuery = Infer<typeof SessionQuery>

/** One login on one device. */
export const SessionRead = Type.Object({
  id: Uuid(),
  device: Type.String({ description: 'What it says of itself: its `User-Agent`. Empty when unknown.' }),
  address: Type.String({ description: 'Where it last came from for a token. Empty when unknown.' }),
  created_at: Instant(),
  last_used_at: Type.Unsafe<string>({ ...Instant(), description: 'When it last got an access token.' }),
  current: Type.Boolean({ description: 'Whether this request belongs to it.' }),
})
export type SessionRead = Infer<typeof SessionRead>
