import type { FastifyRequest } from 'fastify'
import type { CafeActor } from '../accounts/actor.ts'
import { baseUrlOf } from '../http/base-url.ts'
import type { Language } from '../i18n/messages.ts'
import { requestLanguage } from '../i18n/request-language.ts'

/** Who asks for something, and in which language to answer. */
export interface Asker extends CafeActor {
  readonly language: Language
  /** Where the asker reaches the service: scheme and host. */
  readonly baseUrl: string
}

/** Who sent a request, with the language it wants its answer in. */
export const askerOf = (request: FastifyRequest): Asker => ({
  ...request.cafe,
  language: requestLanguage(request),
  baseUrl: baseUrlOf(request),
})
