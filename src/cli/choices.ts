import { companyNamed } from '../accounts/import/repository.ts'
import type { Database } from '../db/database.ts'
import { languageOf, textsOf } from './texts.ts'
import type { CommandTexts } from './texts.ts'
import type { Language } from '../i18n/messages.ts'
import { StartupError } from '../config/startup-error.ts'

/**
 * The company with a slug, and the language and texts for messages about it.
 * @throws StartupError when there is none
 */
export async function companyCalled(database: Database, slug: string, terminal: Language) {
  const found = await database.withRole('accounts', (tx) => companyNamed(tx, slug))
  if (!found) throw new StartupError(textsOf(terminal).noSuchCompany(slug))
  const language = languageOf(terminal, found.language)
  return { companyId: found.id, language, texts: textsOf(language) }
}

/**
 * @param before the start of the sentence: `--branch: `
 * @throws StartupError unless exactly one branch has this code or name
 */
export function pickBranch<Branch extends { code: string; name: string }>(
  branches: readonly Branch[],
  wanted: string,
  texts: CommandTexts,
  before = '',
): Branch {
  const byCode = branches.filter(({ code }) => code === wanted)
  const [found, other] = byCode.length > 0 ? byCode : branches.filter(({ name }) => name === wanted)
  if (found && !other) return found
  const all = branches.map(({ code, name }) => (code ? `${name} (${code})` : name)).join(', ') || texts.none
  throw new StartupError(
    before + (found ? texts.severalBranches(wanted, all) : texts.noSuchBranch(wanted, all)),
  )
}
