import type { ErrorCode } from '../http/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The error codes this route answers with beside those that follow from its access, method and shapes (see
     * `codesOf`). `version_conflict` among them says that it honours `If-Match`.
     */
    raises?: readonly ErrorCode[]
    /** This path is another name of that one, kept for older clients. */
    aliasOf?: string
  }
}
