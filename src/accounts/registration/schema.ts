import { Type } from 'typebox'
import { LanguageCode, Line, LineOrNone, Nullable, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { ignoredInRegistrations, ignoring } from '../../http/unknown-fields/ignored.ts'
import { Email } from '../employees/schema.ts'
import { NewPassword } from '../passwords/schema.ts'

export const RegistrationBody = Type.Object(
  {
    email: Email(),
    password: NewPassword(),
    company_name: Line(128),
    first_name: Type.Optional(LineOrNone(150)),
    last_name: Type.Optional(LineOrNone(150)),
    phone_number: Type.Optional(LineOrNone(32)),
    language: Type.Optional(Nullable(LanguageCode())),
    timezone: Type.Optional(Line(64)),
    password2: Type.Optional(
      Type.String({ maxLength: 1024, description: 'The password once more; refused when it differs.' }),
    ),
    company_sector_id: Type.Optional(
      Nullable(Uuid({ description: 'From `users/industries/`; there is one sector.' })),
    ),
    subscription_plan_id: Type.Optional(
      Nullable(Uuid({ description: 'From `users/subscription-plans/`; there is one plan.' })),
    ),
  },
  ignoring(ignoredInRegistrations),
)
export type RegistrationBody = Infer<typeof RegistrationBody>
