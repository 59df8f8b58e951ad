import createRouter from 'find-my-way'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods of a path, none for an unknown path. */
    methodsOf: (url: string) => string[]
  }
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** `app.methodsOf`. Must be registered before the routes. */
export const routeMethods = fp(
  async (app) => {
    const paths = createRouter({ ignoreTrailingSlash: true })
    app.decorate('methodsOf', (url: string) =>
      methods.filter((method) => paths.find(method, url.split('?', 1)[0]!) !== null),
    )
    app.addHook('onRoute', (route) => {
      for (const method of methods) {
        const serves = [route.method].flat().includes(method)
        const slashless = route.url.length > 1 ? route.url.replace(/\/$/, '') : route.url
        if (serves && !paths.hasRoute(method, slashless)) paths.on(method, slashless, () => {})
      }
    })
  },
  { name: 'route-methods' },
)
