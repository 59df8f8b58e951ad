import { accessFlags, accessOf, openedBy } from '../../src/accounts/access.ts'
import { permissions } from '../../src/accounts/permissions.ts'
import { demoAccounts } from '../../src/db/demo/accounts.ts'
import { roles } from '../../src/db/enums.ts'
import type { Role } from '../../src/db/enums.ts'
import { errorCodes } from '../../src/http/errors.ts'
import { catalogue, groups } from '../../src/events/catalogue.ts'
import type { Group } from '../../src/events/catalogue.ts'
import { closeCodes } from '../../src/realtime/close-codes.ts'
import {
  ignoredInLines,
  ignoredInPayments,
  ignoredInPeople,
  ignoredInRegistrations,
  ignoredParameters,
  serverFields,
} from '../../src/http/unknown-fields/ignored.ts'

/** A table of a page whose first columns repeat what the code says; further columns are the page's own. */
interface Copy {
  readonly path: string
  /** First cells of its header, enough to find it. */
  readonly header: readonly string[]
  /** How a row begins, as Markdown. */
  readonly rows: readonly (readonly string[])[]
}

const code = (text: string): string => `\`${text}\``
const listed = (list: Readonly<Record<string, string>>) =>
  Object.entries(list).map(([name, why]) => [code(name), why])
const names: Group[] = ['orders', 'tables', 'kitchen', 'notifications']

/** Every table that `npm run docs:tables` writes and that tests compare. */
export const copies: readonly Copy[] = [
  {
    path: 'docs/errors.md',
    header: ['code', 'status'],
    rows: Object.entries(errorCodes).map(([name, { status, retry, meaning }]) => [
      code(name),
      String(status),
      retry ? 'yes' : 'no',
      meaning,
    ]),
  },
  {
    path: 'docs/realtime.md',
    header: ['code', 'name'],
    rows: Object.entries(closeCodes).map(([name, { code: number, reconnect, meaning }]) => [
      String(number),
      code(name),
      reconnect,
      meaning,
    ]),
  },
  {
    path: 'docs/realtime.md',
    header: ['event', ...names],
    rows: Object.entries(catalogue).map(([type, mask]) => [
      code(type),
      ...names.map((name) => ((mask & groups[name]) === 0 ? '' : '✓')),
    ]),
  },
  {
    path: 'docs/security.md',
    header: ['permission', ...roles],
    rows: Object.entries<readonly Role[]>(permissions).map(([name, who]) => [
      code(name),
      ...roles.map((role) => (who.includes(role) ? '✓' : '')),
    ]),
  },
  { path: 'docs/requests.md', header: ['parameter'], rows: listed(ignoredParameters) },
  { path: 'docs/requests.md', header: ['field'], rows: listed(serverFields) },
  { path: 'docs/requests.md', header: ['field of a line'], rows: listed(ignoredInLines) },
  { path: 'docs/requests.md', header: ['field of `pay-debt/`'], rows: listed(ignoredInPayments) },
  { path: 'docs/requests.md', header: ['field of an employee'], rows: listed(ignoredInPeople) },
  { path: 'docs/requests.md', header: ['field of a registration'], rows: listed(ignoredInRegistrations) },
  {
    path: 'docs/security.md',
    header: ['flag', 'opens', ...roles],
    rows: accessFlags.map((flag) => [
      code(flag),
      openedBy({ [flag]: true })
        .map(code)
        .join(', '),
      ...roles.map((role) => (accessOf({ role, customAccess: null, access: {} })[flag] ? '✓' : '')),
    ]),
  },
  {
    path: 'README.md',
    header: ['account'],
    rows: demoAccounts.map(({ email, use }) => [code(email), use.en]),
  },
  {
    path: 'README.ru.md',
    header: ['учётная запись'],
    rows: demoAccounts.map(({ email, use }) => [code(email), use.ru]),
  },
]
