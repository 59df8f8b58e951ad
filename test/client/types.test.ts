import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { clientTypes, generated } from './types.ts'

t.test('the types of the client are those of the service: npm run client:types', async (t) => {
  for (const [name, text] of Object.entries(await clientTypes(t, { kind: 'embedded' }))) {
    const kept = (await readFile(join(generated, name), 'utf8')).split('\n')
    const wanted = text.split('\n')
    const at = wanted.findIndex((line, i) => line !== kept[i])
    t.strictSame([kept[at], kept.length], [wanted[at], wanted.length], `${name}, line ${at + 1}`)
  }
})
