import { Type } from 'typebox'
import type { Static, TSchema } from 'typebox'
import { cleanLine, cleanText } from '../text/clean-text.ts'
import { languages } from '../i18n/messages.ts'

/** Building blocks of wire shapes; validation, types, serialisers and API documents all come from them. */

export const Uuid = (options: object = {}) => Type.String({ format: 'uuid', ...options })

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Money in answers: `"300.00"`. */
export const Money = (options: object = {}) =>
  Type.String({ pattern: '^-?\\d+\\.\\d{2}$', examples: ['300.00'], ...options })

/** Money in requests: `"300.00"`, `"12.5"` or a number; the keyword checks range and two decimals. */
export const MoneyInput = (options: object = {}) =>
  Type.Unsafe<string | number>({ type: ['string', 'number'], money: true, examples: ['300.00'], ...options })

/** UTC, ISO 8601 with milliseconds and `Z`. */
export const Instant = () => Type.String({ format: 'date-time', examples: ['2024-01-01T12:00:00.000Z'] })

/** Patterns of times of day in requests; the validation knows them too. */
export const clockPatterns = {
  minute: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  second: '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$',
} as const

/** Pattern of a slug: `ala-too-2`. */
export const slugPattern = '^[a-z0-9]+(-[a-z0-9]+)*$'

/** A local time of day, `18:30` or `18:30:00`. */
export const ClockTime = () => Type.String({ pattern: clockPatterns.second, examples: ['18:30:00'] })

/** The same to the minute, `06:00`. */
export const ClockMinute = (options: object = {}) =>
  Type.String({ pattern: clockPatterns.minute, examples: ['06:00'], ...options })

/** A query parameter that is yes or no: `1`, `true`, `0`, `false`. */
export const QueryFlag = (options: object = {}) =>
  Type.Unsafe<boolean>({ flag: true, examples: ['1', 'true', '0', 'false'], ...options })

/** How the keyword `clean` normalises a text for storage, before its length is checked. */
export const cleaning = { line: cleanLine, text: cleanText } as const

/** A line of text with content, such as a name: not empty, not only blanks. */
export const Line = (maxLength = 255) =>
  Type.String({ clean: 'line', minLength: 1, maxLength, pattern: '\\S' })

/** A line of text that may be empty. */
export const LineOrNone = (maxLength = 255, options: object = {}) =>
  Type.String({ clean: 'line', maxLength, ...options })

/** A text that may be empty or have several lines. */
export const Text = (maxLength = 2000) => Type.String({ clean: 'text', maxLength })

export const Count = (minimum = 1, maximum = 2_147_483_647) => Type.Integer({ minimum, maximum })

/** Any whole number that PostgreSQL's `integer` holds. */
export const WholeNumber = (options: object = {}) =>
  Type.Integer({ minimum: -2_147_483_648, maximum: 2_147_483_647, ...options })

export const LanguageCode = () => Type.Enum([...languages])

/** `{"detail", "code", …}`: every error but 400. */
const ErrorReply = Type.Object(
  { detail: Type.String(), code: Type.String() },
  { additionalProperties: true, description: 'What went wrong, for a person and for a program.' },
)

/** 400: `{"field": ["message", …]}`, nested like the body; `{"detail"}` for broken JSON. */
const FieldErrorReply = Type.Object(
  {},
  { additionalProperties: true, description: 'Messages by field; `non_field_errors` for the whole body.' },
)

/** Names in a request that had no effect; `warnings` in the answer. */
export const Warnings = Type.Array(
  Type.Object({
    field: Type.String({ description: 'Where it stands in the body.', examples: ['items.0.coment'] }),
    code: Type.Enum(['unknown_field']),
    message: Type.String({ description: 'For a person, naming what may have been meant.' }),
  }),
  { description: 'Fields of the body that mean nothing here; left out when there are none.' },
)
export type Warning = Static<typeof Warnings>[number]

/** The error replies a route can give, for its `response` schema. */
export const errorReplies = { '4xx': ErrorReply, 400: FieldErrorReply, 503: ErrorReply } as const

/** One page of a list. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({
    count: Type.Integer(),
    next: Nullable(Type.String()),
    previous: Nullable(Type.String()),
    results: Type.Array(item),
  })

export type Infer<T extends TSchema> = Static<T>
