import { Type } from 'typebox'
import {
  Instant,
  LanguageCode,
  Line,
  Money,
  Nullable,
  LineOrNone,
  slugPattern,
  Uuid,
} from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

const Percent = () => Type.Integer({ minimum: 0, maximum: 100, examples: [10] })

const Named = { id: Uuid(), name: Type.String() }

export const Industry = Type.Object({ ...Named, sectors: Type.Array(Type.Object(Named)) })
export const SubscriptionPlan = Type.Object({
  ...Named,
  price: Money(),
  description: Type.String(),
  features: Type.Array(Type.Object(Named)),
})

export const CompanyRead = Type.Object({
  id: Uuid(),
  name: Type.String(),
  slug: Type.String(),
  industry: Industry,
  sector: Type.Object(Named),
  subscription_plan: SubscriptionPlan,
  owner: Nullable(
    Type.Object({
      id: Uuid(),
      email: Type.String(),
      first_name: Type.String(),
      last_name: Type.String(),
      phone_number: Type.String(),
      avatar: Nullable(Type.String()),
    }),
  ),
  created_at: Instant(),
  start_date: Type.String({ format: 'date' }),
  end_date: Type.String({ format: 'date' }),
  phone: Type.String(),
  language: Nullable(LanguageCode()),
  timezone: Type.String(),
  discount_limits: Type.Object(
    { waiter: Percent(), cashier: Percent() },
    {
      description:
        'Largest discount by role, in percent of the total of an order; owner and admin have no limit.',
    },
  ),
})
export type CompanyRead = Infer<typeof CompanyRead>

/** Short name of a company for addresses. */
const Slug = () => Type.String({ minLength: 1, maxLength: 64, pattern: slugPattern })

/** The fields that an owner may change; other fields are ignored. */
export const CompanyPatch = Type.Object({
  name: Type.Optional(Line(128)),
  slug: Type.Optional(Slug()),
  phone: Type.Optional(LineOrNone(32)),
  language: Type.Optional(Nullable(LanguageCode())),
  timezone: Type.Optional(Line(64)),
  discount_limits: Type.Optional(
    Type.Object({ waiter: Type.Optional(Percent()), cashier: Type.Optional(Percent()) }),
  ),
})
export type CompanyPatch = Infer<typeof CompanyPatch>

export const SlugQuery = Type.Object({ slug: Type.String({ minLength: 1, maxLength: 64 }) })

export const SlugReply = Type.Object({
  available: Type.Boolean({ description: 'Nobody else has it, and it can be one.' }),
  message: Type.Optional(Type.String({ description: 'Says to a person why not.' })),
})
