/** The REST API, and logins for it. */
export { CafeError } from './cafe-error.ts'
export type { AnswerOf, Method, PathOf, RequestOf, SendOptions, Shape } from './cafe-types.ts'
export { createCafe } from './rest.ts'
export type { AnyRequest, Cafe, CafeOptions } from './rest.ts'
export { createSession } from './session.ts'
export type { Session, SessionOptions, Tokens } from './session.ts'
