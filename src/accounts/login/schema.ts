import { Type } from 'typebox'
import { messages } from '../../i18n/messages.ts'
import { Line, Nullable, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

export const LoginBody = Type.Object({
  email: Line(254),
  password: Type.String({ minLength: 1, maxLength: 1024, examples: ['demo12345'] }),
})
export type LoginBody = Infer<typeof LoginBody>

export const LoginReply = Type.Object({
  access: Type.String(),
  refresh: Type.String(),
  user_id: Uuid(),
  email: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
  phone_number: Type.String(),
  avatar: Nullable(Type.String()),
  company: Nullable(Type.String({ description: 'Name of the company.' })),
  role: Type.String({ description: 'As a person reads it.', examples: [messages.role_waiter.ru] }),
  branch_ids: Type.Array(Uuid()),
  primary_branch_id: Nullable(Uuid()),
})
export type LoginReply = Infer<typeof LoginReply>

export const RefreshBody = Type.Object({
  refresh: Line(4096),
  rotate: Type.Optional(Type.Boolean({ description: 'Ask for a new refresh token as well.' })),
})

export const RefreshReply = Type.Object({ access: Type.String(), refresh: Type.Optional(Type.String()) })

export const LogoutBody = Type.Object({
  refresh: Type.Optional(Type.String({ maxLength: 4096, description: 'In place of an access token.' })),
})
