import { randomUUID } from 'node:crypto'
import { demoAccounts } from '../../db/demo/accounts.ts'
import type { LoginReply } from '../../accounts/login/schema.ts'
import { StartupError } from '../../config/startup-error.ts'
import type { CommandContext } from '../command.ts'
import { remoteTextsOf } from './texts.ts'

/** Options of every command that is a client of a running service. */
export const clientOptions = {
  url: { type: 'string' },
  email: { type: 'string' },
  'password-stdin': { type: 'boolean' },
} as const

interface ClientValues {
  readonly url?: string
  readonly email?: string
  readonly 'password-stdin'?: boolean
}

type Query = Readonly<Record<string, string | number | undefined>>

/** Requests to a running service, as one person. */
export interface ServiceClient {
  /** Access token of the person. */
  readonly token: string
  /** @throws StartupError with the error of the service */
  get<Reply>(path: string, query?: Query): Promise<Reply>
  /** With an `Idempotency-Key`. @throws StartupError with the error of the service */
  post<Reply>(path: string, body: unknown): Promise<Reply>
  /** The answer as it comes, for a body without end. @throws StartupError with the error of the service */
  open(path: string, query: Query): Promise<Response>
}

/**
 * Logs in to a running service: as the person of `--email`, else as the first demo account.
 * @throws StartupError
 */
export async function logIn(values: ClientValues, context: CommandContext): Promise<ServiceClient> {
  const { askPassword, language, readConfig } = context
  const texts = remoteTextsOf(language)
  const base = baseOf(values.url ?? `http://localhost:${readConfig().port}`, context)
  const [demo] = demoAccounts
  const credentials = values.email
    ? {
        email: values.email,
        password: await askPassword(values['password-stdin'] ?? false, { isNew: false }),
      }
    : { email: demo!.email, password: demo!.password }

  const send = async (path: string, init: RequestInit, query: Query = {}): Promise<Response> => {
    const address = new URL(path, base)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) address.searchParams.set(name, `${value}`)
    const response = await fetch(address, init).catch((error: Error) => {
      throw new StartupError(texts.noService(base.origin, reasonOf(error)))
    })
    if (response.ok) return response
    throw new StartupError(texts.refused(response.status, sentenceOf(await response.text())))
  }
  const common = { 'accept-language': language, 'content-type': 'application/json' }
  const login = await send('/api/users/login/', {
    method: 'POST',
    headers: common,
    body: JSON.stringify(credentials),
  }).catch((error: Error) => {
    if (values.email || !error.message.includes('401')) throw error
    throw new StartupError(texts.noDemo(base.origin))
  })
  const { access } = (await login.json()) as LoginReply
  const headers = { ...common, authorization: `Bearer ${access}` }
  return {
    token: access,
    get: async (path, query) => (await (await send(path, { headers }, query)).json()) as never,
    post: async (path, body) => {
      const init = {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': randomUUID() },
        body: JSON.stringify(body),
      }
      return (await (await send(path, init)).json()) as never
    },
    open: (path, query) => send(path, { headers }, query),
  }
}

function baseOf(url: string, { name, language }: Pick<CommandContext, 'name' | 'language'>): URL {
  const base = URL.canParse(url) ? new URL(url) : null
  if (base?.protocol !== 'http:' && base?.protocol !== 'https:')
    throw new StartupError(`${name}: ${remoteTextsOf(language).noAddress(url)}`)
  return base
}

const reasonOf = ({ message, cause }: Error): string =>
  (cause as NodeJS.ErrnoException | undefined)?.code ?? message

/** An error body in one line: its `detail`, else each field with its texts. */
function sentenceOf(body: string): string {
  try {
    const error = JSON.parse(body) as Record<string, unknown>
    if (typeof error.detail === 'string') return error.detail
    return Object.entries(error)
      .map(([field, texts]) => `${field}: ${typeof texts === 'string' ? texts : JSON.stringify(texts)}`)
      .join('; ')
  } catch {
    return body.slice(0, 200)
  }
}
