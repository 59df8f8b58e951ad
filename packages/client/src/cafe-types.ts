import type { components, paths } from './generated/api.ts'

/** Paths of the API with their queries, bodies and answers, read off its document. */

/** The shapes of the API by name: `Shape<'OrderRead'>`. */
export type Shape<Name extends keyof components['schemas']> = components['schemas'][Name]

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths that have a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { readonly [Name in M]: unknown } ? P : never
}[keyof paths]

type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends { readonly [Name in M]: infer O }
  ? O
  : never

type QueryOf<O> = O extends { parameters: { query?: infer Query } } ? Query : undefined
type NamesOf<O> = O extends { parameters: { path: infer Names } } ? Names : undefined
type JsonOf<Content> = Content extends { content: { 'application/json': infer Body } } ? Body : undefined
type BodyOf<O> = O extends { requestBody?: infer Body } ? JsonOf<NonNullable<Body>> : undefined

/** What a request is answered with. */
export type AnswerOf<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer Answers }
    ? { [Status in keyof Answers]: JsonOf<Answers[Status]> }[keyof Answers]
    : never

/** How a request is sent, whatever it is. */
export interface SendOptions {
  readonly signal?: AbortSignal | undefined
  /** Only if the object still has this version; else 412 `version_conflict`. */
  readonly version?: number | undefined
  /** Of a POST: made anew for every call. The same key again carries nothing out twice. */
  readonly idempotencyKey?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

interface NoBody {
  readonly body?: FormData | undefined
}

/** What a request says: names in its path, query and body. */
export type RequestOf<M extends Method, P extends PathOf<M>> = SendOptions & {
  readonly query?: QueryOf<Operation<M, P>> | undefined
} & (NamesOf<Operation<M, P>> extends undefined ? unknown : { readonly path: NamesOf<Operation<M, P>> }) &
  (BodyOf<Operation<M, P>> extends undefined
    ? NoBody
    : { readonly body?: BodyOf<Operation<M, P>> | FormData | undefined })

/** The request may be left out where nothing of it is needed. */
export type Arguments<M extends Method, P extends PathOf<M>> =
  NamesOf<Operation<M, P>> extends undefined ? [request?: RequestOf<M, P>] : [request: RequestOf<M, P>]
