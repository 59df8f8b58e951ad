import type { Role } from '../db/enums.ts'
import type { Language } from '../i18n/messages.ts'
import type { Permission } from './permissions.ts'

/** The user behind a token, as the database knows it now. Every request and every socket has an actor. */
export interface Actor {
  readonly userId: string
  readonly sessionId: string
  /** Token version of the user when it was read. A token of another version is invalid. */
  readonly tokenVersion: number
  /** First and last name, or the e-mail address if there is no name. */
  readonly label: string
  readonly role: Role
  /** Permissions of the role and the access flags. */
  readonly permissions: ReadonlySet<Permission>
  /** The user's own setting, or the company's. */
  readonly language: Language | null
  readonly company: ActorCompany | null
  /** The branches the user works in, primary one first. Empty for owners and admins who work in all branches. */
  readonly branchIds: readonly string[]
}

export interface ActorCompany {
  readonly id: string
  readonly name: string
  readonly timezone: string
  /** Language of texts inside events. */
  readonly language: Language
  /** Ids of all branches of the company, oldest first; empty for a company without branches. */
  readonly branchIds: readonly string[]
  /** The closed ones among `branchIds` (`is_active` false). */
  readonly closedBranchIds: readonly string[]
}

/**
 * The part of a company that a use case may read and change.
 * `branchId` null and `companyWide` true: everything of the company (owner, admin without a chosen branch).
 * `branchId` null and `companyWide` false: a company without branches.
 */
export interface Scope {
  readonly companyId: string
  readonly branchId: string | null
  readonly companyWide: boolean
}

/** The actor of a café request: inside a company, its branch resolved. */
export interface CafeActor extends Actor {
  readonly company: ActorCompany
  readonly scope: Scope
  /** Language of the answer. */
  readonly language: Language
  /** Scheme and host under which the client reaches the service. */
  readonly baseUrl: string
}
