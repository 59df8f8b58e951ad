import { demoPassword } from '../../src/db/demo/accounts.ts'
import { readConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/server/logger.ts'

/** What nobody may write down: tokens in whole or in addresses, hashes of passwords, and the passwords of the tests. */
const secrets = [
  /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
  /[?&](?:token|ticket)=[^&\s"]{4,}/,
  /\$argon2id?\$|pbkdf2_sha256\$/,
  /Bearer [\w-]{8,}/i,
  new RegExp([demoPassword, 'correct horse', 'another horse', 'watchword'].join('|')),
]

/**
 * Lines of a log that hold a secret. What the service says to a person who starts the demo café is no log: it names the
 * password that is known to everybody.
 */
export const linesWithSecrets = (text: string): string[] =>
  text.split('\n').filter((line) => line.startsWith('{') && secrets.some((secret) => secret.test(line)))

/** @throws Error when something wrote a secret into its log */
export function refuseSecrets(who: string, text: string): void {
  const found = linesWithSecrets(text)
  if (found.length > 0) throw new Error(`${who} wrote secrets into its log:\n${found.slice(0, 5).join('\n')}`)
}

/** The log of the service as it is, warnings shown, every line looked at; `check` throws what should not stand in it. */
export function watchLog() {
  const found: string[] = []
  const destination = {
    write(line: string) {
      found.push(...linesWithSecrets(line))
      if (/"level":[456]0/.test(line)) process.stdout.write(line)
    },
  }
  return {
    log: createLog(readConfig({ LOG_LEVEL: 'debug' }), false, destination),
    check: () => refuseSecrets('the service', found.join('\n')),
  }
}
