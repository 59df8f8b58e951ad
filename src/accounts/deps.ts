import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import type { Changes } from '../events/changes.ts'
import type { Authenticator } from './authenticator.ts'
import type { LoginThrottle } from './login/throttle.ts'
import type { Tokens } from './tokens/tokens.ts'

/** Dependencies of the account use cases. */
export interface AccountsDeps {
  config: Config
  database: Database
  /** Transactions that emit events. */
  changes: Changes
  clock: Clock
  tokens: Tokens
  authenticator: Authenticator
  loginThrottle: LoginThrottle
}
