import type { Access } from '../../src/plugins/declared-access.ts'
import type { House, Kind } from './house.ts'

/** What the isolation test has to know of a route to try it on one's own objects and on those of others. */
export interface Row {
  access: Access
  /** What the ids in the path are of. */
  of?: Kind
  /** A body that is accepted for an object of this house, whose ids the path has. */
  body?: (house: House, ids: readonly string[]) => Promise<object>
  /** Every id a body may carry, by its place in it (`items.0.menu_item`), and what it is of. */
  references?: Record<string, Kind>
  /**
   * Ids in the body that name nothing of others: own lines to be matched, the id of what is to be made, what the path has
   * said already.
   */
  unchecked?: string[]
  /** What one's own objects answer. Default: 201 for POST, 204 for DELETE, else 200. */
  status?: number
  /** What a person without a company gets. Default: 403, and 200 where `signed-in` is enough. */
  withoutCompany?: number
  /** Owners have to say which branch. */
  ofOneBranch?: true
  /** The object is one person's, here the owner's: nobody else finds it. */
  personal?: true
  /** What it must be asked with. */
  query?: string
  /** The answer has no end: what comes in it is in the tests of sockets and positions. */
  endless?: true
  /** An unknown id in the body is skipped with a reason instead of a 400. */
  skips?: true
}

/** Anybody may. */
export const open: Row = { access: 'public' }

/** A body that changes nothing. */
export const nothing = async () => ({})
