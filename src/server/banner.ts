import { networkInterfaces } from 'node:os'
import type { LoginHints } from '../accounts/hints/service.ts'
import { demoPassword } from '../db/demo/accounts.ts'
import type { Language } from '../i18n/messages.ts'
import { bannerTexts } from './banner-texts.ts'

interface Place {
  port: number
  /** The address that the server listens on. */
  host: string
}

/** The banner after `npm start`: the addresses, who can reach them, the accounts and the first commands. */
export function banner({ port, host }: Place, hints: LoginHints, language: Language): string {
  const texts = bannerTexts[language]
  const local = `localhost:${port}`
  const addresses = [
    [texts.page, `http://${local}/`],
    ...others(host).map((address) => ['', `http://${address}:${port}/`]),
    [texts.orders, `ws://${local}/ws/cafe/orders/?token=…`],
    [texts.tables, `ws://${local}/ws/cafe/tables/?token=…`],
    [texts.kitchen, `ws://${local}/ws/cafe/kitchen/?token=…`],
  ]
  return `
  ${texts.ready}

${addresses.map(([name, address]) => `    ${name!.padEnd(9)} ${address}`).join('\n')}

  ${isOpen(host) ? texts.everybody : texts.listens(host)}

${logins(hints, language)}${trial(hints, local, language)}
`
}

function logins({ demoAccounts, company, empty }: LoginHints, language: Language): string {
  const texts = bannerTexts[language]
  if (demoAccounts.length > 0) {
    const rows = demoAccounts.map(({ email, use }) => `    ${email.padEnd(20)} ${use[language]}`)
    return `  ${texts.demo(demoPassword)}\n${rows.join('\n')}\n`
  }
  if (company)
    return `  ${texts.company(company.name)}\n    ${texts.addPerson}\n      ${createUser(company.slug)}\n`
  return empty ? `  ${texts.nobody}\n    ${createCompany}\n` : ''
}

const createCompany = 'npm start -- create-company --name "…" --owner you@example.com --timezone Asia/Bishkek'
const createUser = (slug: string) =>
  `npm start -- create-user --company ${slug} --email …@example.com --role waiter`

function trial({ demoAccounts: [account] }: LoginHints, local: string, language: Language): string {
  if (!account) return ''
  return `
  ${bannerTexts[language].tryIt}
    curl -s http://${local}/api/users/login/ -H 'content-type: application/json' \\
      -d '{"email":"${account.email}","password":"${demoPassword}"}'
    npx -y wscat -c 'ws://${local}/ws/cafe/orders/?token=<access>'
`
}

const isOpen = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** Addresses at which other devices in the network reach this machine. */
const others = (host: string): string[] =>
  !isOpen(host)
    ? []
    : Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => address)
