import { writeFile } from 'node:fs/promises'
import { copies } from './copies.ts'
import { page, tableOf } from './pages.ts'
import { repository } from '../support/repository.ts'

/**
 * `npm run docs:tables`: brings the tables that repeat the code up to date. Columns of a page's own stay with their row,
 * which is known by its first two cells.
 */
for (const { path, header, rows } of copies) {
  const before = await page(path)
  const table = tableOf(before, header)
  const ownOf = new Map(table.rows.map((cells) => [cells.slice(0, 2).join(), cells.slice(rows[0]!.length)]))
  const written = rows.map((cells) => [...cells, ...(ownOf.get(cells.slice(0, 2).join()) ?? [])])
  const lines = before.text.split('\n')
  lines.splice(table.firstLine, table.rows.length, ...written.map((cells) => `| ${cells.join(' | ')} |`))
  await writeFile(repository + path, lines.join('\n').replaceAll(/(?<=\|) {2}(?=\|)/g, ' '))
}
