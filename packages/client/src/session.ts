import { CafeError } from './cafe-error.ts'
import { createCafe } from './rest.ts'
import type { CafeOptions } from './rest.ts'
import { expiryOf } from './token.ts'
import type { GetToken } from './token.ts'

/** The answer to a login, as far as it is kept. */
export interface Tokens {
  readonly access: string
  readonly refresh: string
}

export interface SessionOptions extends Pick<CafeOptions, 'url' | 'fetch' | 'language'> {
  /** Of a login that was kept. */
  readonly tokens?: Tokens | null | undefined
  /** Called with every new pair, and with null when the login has ended; the place to keep them. */
  readonly onTokens?: ((tokens: Tokens | null) => unknown) | undefined
}

/** A login that renews its access token. */
export interface Session {
  readonly tokens: Tokens | null
  /** For `connect` and `createCafe`. Renews the token when it is refused or about to run out; null when nobody is logged in. */
  readonly getToken: GetToken
  logIn(email: string, password: string): Promise<void>
  logOut(): Promise<void>
}

/** A token that ends within this time is renewed. */
const marginMs = 30_000

export function createSession({ tokens = null, onTokens, ...options }: SessionOptions): Session {
  const cafe = createCafe(options)
  let current = tokens
  let renewing: Promise<string | null> | null = null

  const keep = (next: Tokens | null) => {
    current = next
    onTokens?.(next)
  }

  async function renew(): Promise<string | null> {
    const before = current
    if (!before) return null
    try {
      const { access, refresh = before.refresh } = (await cafe.post('/api/users/refresh/', {
        body: { refresh: before.refresh },
      })) as Partial<Tokens> & { access: string }
      if (current === before) keep({ access, refresh })
    } catch (error) {
      // logged out, or away for longer than a refresh token lives; anything else passes
      if (!(error instanceof CafeError) || error.status !== 401) throw error
      if (current === before) keep(null)
    }
    return current?.access ?? null
  }

  return {
    get tokens() {
      return current
    },
    async getToken({ reason }) {
      if (!current) return null
      const endsAt = expiryOf(current.access)
      const isGood = reason === 'connect' && (endsAt === null || endsAt - Date.now() > marginMs)
      if (isGood) return current.access
      renewing ??= renew().finally(() => (renewing = null))
      return renewing
    },
    async logIn(email, password) {
      const { access, refresh } = await cafe.post('/api/users/login/', { body: { email, password } })
      keep({ access, refresh })
    },
    async logOut() {
      const before = current
      keep(null)
      if (before) await cafe.post('/api/users/logout/', { body: { refresh: before.refresh } })
    },
  }
}
