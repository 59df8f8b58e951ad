import { readdir } from 'node:fs/promises'
import Fastify from 'fastify'
import t from 'tap'
import { auth } from '../../src/plugins/auth.ts'

const folder = new URL('../../src/plugins/', import.meta.url)

t.test('a file of src/plugins exports the plugin of its name, made by fastify-plugin', async (t) => {
  const files = (await readdir(folder)).filter((file) => /\.[jt]s$/.test(file))
  t.ok(files.length > 15, 'there are plugins')
  for (const file of files) {
    const name = file.replace(/\.[jt]s$/, '')
    const exported = (await import(new URL(file, folder).href)) as Record<string, unknown>
    const plugin = exported[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())]
    t.type(plugin, 'function', `${file} exports its plugin`)
    const { 'skip-override': shared, 'plugin-meta': meta } = symbolsOf(plugin as object)
    t.equal(shared, true, `${name} decorates the context that registers it`)
    t.equal((meta as { name?: string } | undefined)?.name, name)
  }
})

t.test('a plugin without what it depends on is not registered', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await t.rejects(Promise.resolve(app.register(auth)), { code: 'FST_ERR_PLUGIN_DEPENDENCY' })
})

function symbolsOf(plugin: object): Record<string, unknown> {
  const known = Object.getOwnPropertySymbols(plugin)
  return Object.fromEntries(
    known.map((symbol) => [symbol.description, (plugin as Record<symbol, unknown>)[symbol]]),
  )
}
