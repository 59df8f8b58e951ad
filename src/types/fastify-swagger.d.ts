// routes say `schema: { hide: true }` where they are not part of the API documents
import '@fastify/swagger'
