import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import type { Tokens, TokenHolder } from '../../../src/accounts/tokens/tokens.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { Config } from '../../../src/config/config.ts'
import { jwt } from '../../../src/plugins/jwt.ts'
import type { Teardown } from '../../support/teardown.ts'

/** The tokens of a replica with these settings. */
export async function openTokens(t: Teardown, config: Config, clock: Clock = systemClock): Promise<Tokens> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(jwt, { config, clock })
  return app.tokens
}

export const holder: TokenHolder = {
  userId: randomUUID(),
  sessionId: randomUUID(),
  version: 1,
  role: 'owner',
  companyId: null,
  branchId: null,
}
