import { ApiError } from './errors.ts'

/**
 * The token of an `Authorization: Bearer` header (RFC 6750 §2.1), or null when there is none: with another scheme or an
 * empty value.
 */
export function bearerToken(authorization: string | undefined): string | null {
  const [, token] = /^\s*Bearer\s+(\S+)\s*$/i.exec(authorization ?? '') ?? []
  return token ?? null
}

/** A token as people paste it: the scheme of the header before it, or a line end after it, is removed. */
export const pastedToken = (text: string): string => bearerToken(text) ?? text.trim()

/** 401 for a request without a token, which says what is wrong with its `Authorization` header, if it has one. */
export function missingToken(authorization = ''): ApiError {
  const [, scheme, token] = /^\s*(\S+)(?:\s+(\S))?/.exec(authorization) ?? []
  if (scheme === undefined || /^bearer$/i.test(scheme)) return new ApiError('not_authenticated')
  // without a second word the first one is the token, which no answer repeats
  if (token === undefined || !/^[a-z][\w-]{0,19}$/i.test(scheme))
    return new ApiError('not_authenticated', { message: 'no_scheme' })
  return new ApiError('not_authenticated', { message: 'not_bearer', params: { scheme } })
}
