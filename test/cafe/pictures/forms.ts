import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import type { DemoUser, TestApp } from '../../support/app.ts'

/** Sends a form as somebody. */
export const sender =
  ({ app, tokenOf }: TestApp) =>
  async (
    who: DemoUser,
    method: 'POST' | 'PUT' | 'PATCH',
    url: string,
    fields: Record<string, string | Buffer>,
    headers: Record<string, string> = {},
  ) => {
    const { body: payload, type } = await formOf(fields)
    const authorization = `Bearer ${await tokenOf(who)}`
    const sent = { method, url, headers: { authorization, 'content-type': type, ...headers }, payload }
    const reply = await app.inject(sent)
    return { status: reply.statusCode, body: reply.json<MenuItemRead>() }
  }

async function formOf(fields: Record<string, string | Buffer>): Promise<{ body: Buffer; type: string }> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields))
    form.append(name, typeof value === 'string' ? value : new File([new Uint8Array(value)], 'x.jpg'))
  const encoded = new Response(form)
  return { body: Buffer.from(await encoded.arrayBuffer()), type: encoded.headers.get('content-type')! }
}
