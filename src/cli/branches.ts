import { openBranch } from '../accounts/branches/service.ts'
import { BranchBody, BranchPatch } from '../accounts/branches/schema.ts'
import { updateBranch } from '../accounts/branches/repository.ts'
import { everyBranch } from '../accounts/import/repository.ts'
import { textsOf } from './texts.ts'
import type { CommandTexts } from './texts.ts'
import { checkBody } from '../http/validation/check-body.ts'
import { companyCalled, pickBranch } from './choices.ts'
import type { Command, CommandContext, CommandDatabase } from './command.ts'
import { usageError, requireOption, readArguments } from './command.ts'
import { definedFields, withOptionNames } from './option-errors.ts'
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
  async run(args, context) {
    const [first = 'list', ...others] = args
    // without an action it lists the branches
    const [action, rest] = first.startsWith('-') ? ['list', args] : [first, others]
    const known = Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : undefined
    if (!known) {
      const all = Object.keys(actions).join(', ')
      throw usageError(context, textsOf(context.language).unknownAction(action, all))
    }
    await known(rest, context)
  },
}

type Action = (args: readonly string[], context: CommandContext) => Promise<void>

const actions = {
  async list(args, context) {
    const { values } = readArguments(args, context, company)
    await inCompany(values.company, context, async ({ place, companyId, texts }) => {
      const found = await place.database.inCompany(companyId, (tx) => everyBranch(tx, companyId))
      if (found.length === 0) context.print(`${texts.noBranches}\n`)
      for (const { name, code, timezone, isActive } of found) {
        const words = [name.padEnd(28), code.padEnd(8), timezone, isActive ? '' : texts.closed]
        context.print(`${words.join(' ').trimEnd()}\n`)
      }
    })
  },

  async create(args, context) {
    const { values } = readArguments(args, context, { ...company, ...details })
    requireOption(values.name, context, 'name')
    const { company: slug, 'day-starts-at': day_starts_at, ...fields } = values
    const body = definedFields({ ...fields, day_starts_at }) as BranchBody
    await withOptionNames(context.language, optionOf, async () => checkBody(BranchBody, body))
    await inCompany(slug, context, async ({ place, companyId, texts }) => {
      const { name, moved } = await place.changes.change(companyId, (tx, emit) =>
        openBranch(tx, emit, companyId, body),
      )
      place.forget({ companyId })
      context.print(`${texts.branchOpened(name)}\n${moved ? `${texts.branchTookIn(moved)}\n` : ''}`)
    })
  },

  async rename(args, context) {
    const { values, positionals } = readArguments(
      args,
      context,
      { ...company, ...names },
      { needed: ['branch'] },
    )
    const patch = definedFields({ name: values.name, code: values.code }) as BranchPatch
    if (Object.keys(patch).length === 0) throw usageError(context, textsOf(context.language).nothingToChange)
    await withOptionNames(context.language, optionOf, async () => checkBody(BranchPatch, patch))
    await change(positionals[0]!, values.company, context, patch, (texts) => texts.branchRenamed)
  },

  close: (args, context) => setActive(args, context, false),
  open: (args, context) => setActive(args, context, true),
} as const satisfies Record<string, Action>

async function setActive(args: readonly string[], context: CommandContext, is_active: boolean) {
  const { values, positionals } = readArguments(args, context, company, { needed: ['branch'] })
  await change(positionals[0]!, values.company, context, { is_active }, (texts) =>
    is_active ? texts.branchOpen : texts.branchClosed,
  )
}

const change = (
  wanted: string,
  slug: string | undefined,
  context: CommandContext,
  patch: BranchPatch,
  saying: (texts: CommandTexts) => (name: string) => string,
): Promise<void> =>
  inCompany(slug, context, async ({ place, companyId, texts }) => {
    const { name } = await place.database.inCompany(companyId, async (tx) => {
      const { id } = pickBranch(await everyBranch(tx, companyId), wanted, texts)
      return (await updateBranch(tx, companyId, id, patch, new Date()))!
    })
    place.forget({ companyId })
    context.print(`${saying(texts)(name)}\n`)
  })

async function inCompany(
  named: string | undefined,
  context: CommandContext,
  work: (there: { place: CommandDatabase; companyId: string; texts: CommandTexts }) => Promise<void>,
): Promise<void> {
  const slug = requireOption(named, context, 'company')
  await useCurrentDatabase(context, context.readConfig(), async (place) => {
    const { companyId, language, texts } = await companyCalled(place.database, slug, context.language)
    await withOptionNames(language, optionOf, () => work({ place, companyId, texts }))
  })
}
