import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { instance } from '@viz-js/viz'
import { cruise } from 'dependency-cruiser'
import options from '../.dependency-cruiser.cjs'

/** `npm run docs:map`: draws the rooms of `src` and who imports whom, from the imports themselves, to docs/images/rooms.svg. */
const root = join(import.meta.dirname, '..')
process.chdir(root)
const { output } = await cruise(['src'], {
  ...options.options,
  exclude: { path: '^(bench/(peers|node_modules)/|node_modules/|src/types/)' },
  includeOnly: { path: '^src/' },
})
/** @type {Map<string, Map<string, number>>} */
const imports = new Map()
const roomOf = (/** @type {string} */ path) => path.split('/')[1].replace(/\.ts$/, '')
for (const { source, dependencies } of output.modules) {
  const from = roomOf(source)
  const to = imports.get(from) ?? new Map()
  imports.set(from, to)
  for (const { resolved } of dependencies)
    if (resolved.startsWith('src/') && roomOf(resolved) !== from)
      to.set(roomOf(resolved), (to.get(roomOf(resolved)) ?? 0) + 1)
}
// what nearly everybody imports would hide the rest
const shared = ['lib', 'http', 'i18n', 'money', 'text', 'config']
const rooms = [...imports.keys()].filter((room) => !shared.includes(room)).sort()
const edges = rooms.flatMap((from) =>
  [...imports.get(from)]
    .filter(([to]) => rooms.includes(to))
    .map(
      ([to, count]) =>
        `"${from}" -> "${to}" [penwidth=${(0.5 + Math.log2(count + 1) / 2).toFixed(1)}, tooltip="${count} imports"]`,
    ),
)
const dot = `digraph rooms {
  rankdir=TB; nodesep=0.25; ranksep=0.5; concentrate=false
  node [shape=box, style="rounded,filled", fillcolor="#f4f1ea", color="#8a7f6d", fontname="Helvetica", fontsize=13]
  edge [color="#00000066", arrowsize=0.6]
  ${rooms.map((room) => `"${room}"`).join('; ')}
  ${edges.join('\n  ')}
  note [shape=plaintext, style="", fillcolor="none", label="all use: ${shared.join(', ')}"]
}`
const viz = await instance()
await writeFile(join(root, 'docs/images/rooms.svg'), viz.renderString(dot, { format: 'svg' }))
