import { glob } from 'tinyglobby'
import { repository } from './repository.ts'
import { ServiceError } from './services/service-error.ts'

/** Files that take long. They start first: one that starts last keeps a core idle while it runs. */
const longest = [
  'test/chaos/chaos.test.ts',
  'test/isolation/isolation.test.ts',
  'test/cafe/orders/races.test.ts',
  'test/cafe/orders/line-list/races.test.ts',
  'test/server/start.test.ts',
  'test/http/fuzz.test.ts',
  'test/db/statements.test.ts',
  'test/realtime/delivery.test.ts',
  'test/rolling/rolling.test.ts',
  'test/db/doctor.test.ts',
  'test/idempotency/repetitions.test.ts',
  'test/cli/commands.test.ts',
]

/**
 * Test files, by their paths in the repository, in the order in which they are best started.
 * @param wanted files, folders and globs; none for all there are
 * @throws ServiceError when no test file is meant by one of them
 */
export async function suiteFiles(wanted: readonly string[]): Promise<string[]> {
  const patterns = wanted.length > 0 ? wanted : ['test']
  const found = await Promise.all(patterns.map(testFiles))
  const missing = patterns.filter((_, i) => found[i]!.length === 0)
  if (missing.length > 0) throw new ServiceError(`no test files: ${missing.join(', ')}`)
  return [...new Set(found.flat())].sort((a, b) => place(a) - place(b) || a.localeCompare(b, 'en'))
}

/** `test/cafe/tables/tables` is test/cafe/tables/tables.test.ts as well. */
async function testFiles(pattern: string): Promise<string[]> {
  const files = await glob([pattern, `${pattern}.test.ts`], { cwd: repository })
  return files.filter((file) => file.endsWith('.test.ts'))
}

const place = (file: string): number => (longest.includes(file) ? longest.indexOf(file) : longest.length)
