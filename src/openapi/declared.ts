import type { ErrorCode } from '../http/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The error codes of this route, in addition to those that follow from its access, method and shapes (see
     * `codesOf`). `version_conflict` here means that it supports `If-Match`.
     */
    raises?: readonly ErrorCode[]
    /** The path of which this one is an alias for older clients. */
    aliasOf?: string
  }
}
