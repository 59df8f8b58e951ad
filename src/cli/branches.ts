import { openBranch } from '../accounts/branches/service.ts'
import { BranchBody, BranchPatch } from '../accounts/branches/schema.ts'
import { updateBranch } from '../accounts/branches/repository.ts'
import { everyBranch } from '../accounts/import/repository.ts'
import { textsOf } from './texts.ts'
import type { CommandTexts } from './texts.ts'
import { checkBody } from '../http/validation/check-body.ts'
import { companyCalled, pickBranch } from './choices.ts'
import type { Command, Surroundings, Workplace } from './command.ts'
import { misused, needed, readArguments } from './command.ts'
import { given, naming } from './option-errors.ts'
import { useCurrentDatabase } from './with-database.ts'

const company = { company: { type: 'string' } } as const
const names = { name: { type: 'string' }, code: { type: 'string' } } as const
const details = {
  ...names,
  address: { type: 'string' },
  phone: { type: 'string' },
  email: { type: 'string' },
  timezone: { type: 'string' },
  country: { type: 'string' },
  'day-starts-at': { type: 'string' },
} as const

const optionOf = Object.fromEntries(
  Object.keys(details).map((option) => [option.replaceAll('-', '_'), `--${option}`]),
)

export const branches: Command = {
  async run(args, surroundings) {
    const [first = 'list', ...others] = args
    // without an action it lists the branches
    const [action, rest] = first.startsWith('-') ? ['list', args] : [first, others]
    const known = Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : undefined
    if (!known) {
      const all = Object.keys(actions).join(', ')
      throw misused(surroundings, textsOf(surroundings.language).unknownAction(action, all))
    }
    await known(rest, surroundings)
  },
}

type Action = (args: readonly string[], surroundings: Surroundings) => Promise<void>

const actions = {
  async list(args, surroundings) {
    const { values } = readArguments(args, surroundings, company)
    await inCompany(values.company, surroundings, async ({ place, companyId, texts }) => {
      const found = await place.database.inCompany(companyId, (tx) => everyBranch(tx, companyId))
      if (found.length === 0) surroundings.print(`${texts.noBranches}\n`)
      for (const { name, code, timezone, isActive } of found) {
        const words = [name.padEnd(28), code.padEnd(8), timezone, isActive ? '' : texts.closed]
        surroundings.print(`${words.join(' ').trimEnd()}\n`)
      }
    })
  },

  async create(args, surroundings) {
    const { values } = readArguments(args, surroundings, { ...company, ...details })
    needed(values.name, surroundings, 'name')
    const { company: slug, 'day-starts-at': day_starts_at, ...fields } = values
    const body = given({ ...fields, day_starts_at }) as BranchBody
    await naming(surroundings.language, optionOf, async () => checkBody(BranchBody, body))
    await inCompany(slug, surroundings, async ({ place, companyId, texts }) => {
      const { name, moved } = await place.changes.change(companyId, (tx, emit) =>
        openBranch(tx, emit, companyId, body),
      )
      place.forget({ companyId })
      surroundings.print(`${texts.branchOpened(name)}\n${moved ? `${texts.branchTookIn(moved)}\n` : ''}`)
    })
  },

  async rename(args, surroundings) {
    const { values, positionals } = readArguments(
      args,
      surroundings,
      { ...company, ...names },
      { needed: ['branch'] },
    )
    const patch = given({ name: values.name, code: values.code }) as BranchPatch
    if (Object.keys(patch).length === 0)
      throw misused(surroundings, textsOf(surroundings.language).nothingToChange)
    await naming(surroundings.language, optionOf, async () => checkBody(BranchPatch, patch))
    await change(positionals[0]!, values.company, surroundings, patch, (texts) => texts.branchRenamed)
  },

  close: (args, surroundings) => setActive(args, surroundings, false),
  open: (args, surroundings) => setActive(args, surroundings, true),
} as const satisfies Record<string, Action>

async function setActive(args: readonly string[], surroundings: Surroundings, is_active: boolean) {
  const { values, positionals } = readArguments(args, surroundings, company, { needed: ['branch'] })
  await change(positionals[0]!, values.company, surroundings, { is_active }, (texts) =>
    is_active ? texts.branchOpen : texts.branchClosed,
  )
}

const change = (
  wanted: string,
  slug: string | undefined,
  surroundings: Surroundings,
  patch: BranchPatch,
  saying: (texts: CommandTexts) => (name: string) => string,
): Promise<void> =>
  inCompany(slug, surroundings, async ({ place, companyId, texts }) => {
    const { name } = await place.database.inCompany(companyId, async (tx) => {
      const { id } = pickBranch(await everyBranch(tx, companyId), wanted, texts)
      return (await updateBranch(tx, companyId, id, patch, new Date()))!
    })
    place.forget({ companyId })
    surroundings.print(`${saying(texts)(name)}\n`)
  })

async function inCompany(
  named: string | undefined,
  surroundings: Surroundings,
  work: (there: { place: Workplace; companyId: string; texts: CommandTexts }) => Promise<void>,
): Promise<void> {
  const slug = needed(named, surroundings, 'company')
  await useCurrentDatabase(surroundings, surroundings.readConfig(), async (place) => {
    const { companyId, language, texts } = await companyCalled(place.database, slug, surroundings.language)
    await naming(language, optionOf, () => work({ place, companyId, texts }))
  })
}
