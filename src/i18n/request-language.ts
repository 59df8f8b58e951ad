import type { Language } from './messages.ts'
import { acceptedLanguage, asLanguage, defaultLanguage } from './translate.ts'

/** What decides the language of an answer; a request before or without authentication has no actor. */
interface Asking {
  headers: { 'accept-language'?: string | undefined }
  signedInActor?: { language: Language | null } | null
}

/** The language to answer a request in: the user's own, else the company's, else what the client accepts, else Russian. */
export const requestLanguage = ({ headers, signedInActor }: Asking): Language =>
  signedInActor?.language ?? acceptedLanguage(headers['accept-language']) ?? defaultLanguage

/** The language of a page: that of `?lang=`, else that of any answer. */
export const pageLanguage = (request: Asking & { readonly query: unknown }): Language =>
  asLanguage((request.query as { lang?: unknown }).lang) ?? requestLanguage(request)
