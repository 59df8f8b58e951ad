import type { Role } from '../db/enums.ts'
import type { Language } from '../i18n/messages.ts'
import type { Permission } from './permissions.ts'

/**
 * Who acts: the user behind a token as the database knows it now, and the part of the café the request is about.
 * Every request and every socket acts as one; every store function takes its scope.
 */
export interface Actor {
  readonly userId: string
  readonly sessionId: string
  /** Token version the user had when read; a token of another version is dead. */
  readonly tokenVersion: number
  /** First and last name, or the e-mail of somebody without a name. */
  readonly label: string
  readonly role: Role
  /** What the role and the access flags allow. */
  readonly permissions: ReadonlySet<Permission>
  /** The user's own setting, or the company's. */
  readonly language: Language | null
  readonly company: ActorCompany | null
  /** The branches the user works in, primary one first. Empty for owners and admins that work everywhere. */
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
  /** Those of them that are closed (`is_active` false). */
  readonly closedBranchIds: readonly string[]
}

/**
 * What part of a company a use case may see and change.
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
