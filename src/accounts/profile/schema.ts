import { Type } from 'typebox'
import { roles } from '../../db/enums.ts'
import { messages } from '../../i18n/messages.ts'
import { Instant, LanguageCode, Nullable, LineOrNone, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { accessRead } from '../roles/schema.ts'

export const ProfileRead = Type.Object({
  id: Uuid(),
  email: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
  phone_number: Type.String(),
  avatar: Nullable(Type.String()),
  language: Nullable(LanguageCode()),
  company: Nullable(Uuid()),
  role: Type.Enum([...roles]),
  custom_role: Nullable(Uuid({ description: 'A role of the company’s own that rests on `role`.' })),
  role_display: Type.String({ examples: [messages.role_waiter.ru] }),
  branch_ids: Type.Array(Uuid()),
  primary_branch_id: Nullable(Uuid()),
  ...accessRead,
  created_at: Instant(),
  updated_at: Instant(),
})
export type ProfileRead = Infer<typeof ProfileRead>

/** The fields that users may change themselves; other fields are ignored. */
export const ProfilePatch = Type.Object({
  first_name: Type.Optional(LineOrNone(150)),
  last_name: Type.Optional(LineOrNone(150)),
  phone_number: Type.Optional(LineOrNone(32)),
  avatar: Type.Optional(Nullable(LineOrNone(2000))),
  language: Type.Optional(Nullable(LanguageCode())),
})
export type ProfilePatch = Infer<typeof ProfilePatch>
