import type { Database } from '../../db/database.ts'
import { demoAccounts, demoPassword } from '../../db/demo/accounts.ts'
import type { DemoAccount } from '../../db/demo/accounts.ts'
import type { Language } from '../../i18n/messages.ts'
import { asLanguage } from '../../i18n/translate.ts'
import { verifyPassword } from '../passwords/hash.ts'
import { firstCompanies, hashesOf } from './repository.ts'

/** Which logins this database has, for the page that a new operator sees first. */
export interface LoginHints {
  /** Demo accounts that still have the published password. */
  readonly demoAccounts: readonly DemoAccount[]
  /** The one company, unless it is the demo café or one of several. */
  readonly company: {
    readonly name: string
    readonly slug: string
    readonly language: Language | null
  } | null
  /** Whether there is any company. */
  readonly empty: boolean
}

/**
 * Reads the hints on each call; each password hash is checked once.
 * @param demo whether demo accounts may be shown
 */
export function createLoginHints(database: Database, demo: boolean): () => Promise<LoginHints> {
  const known = new Map<string, Promise<boolean>>()
  const hasDemoPassword = (hash: string | undefined): Promise<boolean> => {
    if (!hash) return Promise.resolve(false)
    const verdict = known.get(hash) ?? verifyPassword(hash, demoPassword)
    known.set(hash, verdict)
    verdict.catch(() => known.delete(hash))
    return verdict
  }
  return async () => {
    const { hashes, companies } = await database.withRole('accounts', async (tx) => ({
      hashes: demo
        ? await hashesOf(
            tx,
            demoAccounts.map(({ email }) => email),
          )
        : new Map<string, string>(),
      companies: await firstCompanies(tx),
    }))
    const open = await Promise.all(demoAccounts.map(({ email }) => hasDemoPassword(hashes.get(email))))
    const [first] = companies
    const company =
      first && companies.length === 1 && !open.includes(true)
        ? { name: first.name, slug: first.slug, language: asLanguage(first.language) }
        : null
    return { demoAccounts: demoAccounts.filter((_, i) => open[i]), company, empty: !first }
  }
}
