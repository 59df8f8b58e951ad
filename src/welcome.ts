import { networkInterfaces } from 'node:os'
import { demoAccounts, demoPassword } from './db/demo.ts'

/** What the person who typed `npm start` sees: where it is, who may log in, and the next thing to try. */
export function welcome(port: number): string {
  const local = `localhost:${port}`
  const others = lanAddresses().map((address) => `              http://${address}:${port}/`)
  const accounts = demoAccounts.map(({ email, use }) => `    ${email.padEnd(20)} ${use.en}`)
  return `
  cafe-realtime is ready

    Console   http://${local}/
${others.length > 0 ? `${others.join('\n')}\n` : ''}    Orders    ws://${local}/ws/cafe/orders/?token=…
    Tables    ws://${local}/ws/cafe/tables/?token=…
    Kitchen   ws://${local}/ws/cafe/kitchen/?token=…

  Demo accounts, password ${demoPassword}
${accounts.join('\n')}

  Try it
    curl -s http://${local}/api/users/login/ -H 'content-type: application/json' \\
      -d '{"email":"waiter1@test.com","password":"${demoPassword}"}'
    npx wscat -c 'ws://${local}/ws/cafe/orders/?token=<access>'

`
}

/** Addresses under which other devices of the café reach this machine. */
const lanAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
