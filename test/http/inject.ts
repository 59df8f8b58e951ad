import type { DemoUser, TestApp } from '../support/app.ts'
import type { Answer } from './shape.ts'

export interface Sent {
  method?: string
  url: string
  as?: DemoUser
  /** As it is, whatever it is. */
  body?: string | Buffer
  headers?: Record<string, string | string[]>
}

export interface Received extends Answer {
  /** The body read as JSON; an empty object when there is none. */
  body: Record<string, unknown>
}

/** Sends what the tidy `Caller` cannot: any text as a body, any header, any method. */
export async function inject(
  cafe: TestApp,
  { method = 'GET', url, as, body, headers }: Sent,
): Promise<Received> {
  const reply = await cafe.app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...(as && { authorization: `Bearer ${await cafe.tokenOf(as)}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: body }),
  })
  const text = reply.body
  const isJson = String(reply.headers['content-type']).startsWith('application/json') && text !== ''
  return {
    status: reply.statusCode,
    headers: reply.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  }
}
