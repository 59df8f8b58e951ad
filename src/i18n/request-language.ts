import type { Language } from './messages.ts'
import { acceptedLanguage, defaultLanguage } from './translate.ts'

/** What decides the language of an answer; a request before or without authentication has no actor. */
interface Asking {
  headers: { 'accept-language'?: string | undefined }
  signedInActor?: { language: Language | null } | null
}

/** The language to answer a request in: the user's own, else the company's, else what the client accepts, else Russian. */
export const requestLanguage = ({ headers, signedInActor }: Asking): Language =>
  signedInActor?.language ?? acceptedLanguage(headers['accept-language']) ?? defaultLanguage
