import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { StartupError } from '../config/startup-error.ts'

/**
 * How the connection that a DATABASE_URL names is encrypted, by its `sslmode` as libpq means it: `require` checks nothing
 * unless there is a file of authorities, `verify-ca` who signed the certificate, `verify-full` its name as well.
 * @param caFile certificates in PEM that may have signed that of the server; without, whom Node.js trusts
 * @returns false: not at all; `prefer`: where the server can
 * @throws StartupError for a mode that there is not, a file that cannot be read, or one that nothing is checked by
 */
export function tlsOf(url: string, caFile?: string): false | 'prefer' | ConnectionOptions {
  const mode = /[?&]sslmode=([^&#]*)/.exec(url)?.[1] ?? 'disable'
  const checked =
    mode === 'verify-ca' || mode === 'verify-full' || (mode === 'require' && caFile !== undefined)
  if (caFile && !checked)
    throw new StartupError(
      'DATABASE_CA_FILE needs sslmode=verify-full in DATABASE_URL: without it nothing is checked',
    )
  const ca = caFile && readCertificates(caFile)
  switch (mode) {
    case 'disable':
      return false
    case 'allow':
    case 'prefer':
      return 'prefer'
    case 'require':
      return checked ? { ca, checkServerIdentity: () => undefined } : { rejectUnauthorized: false }
    case 'verify-ca':
      return { ca, checkServerIdentity: () => undefined }
    case 'verify-full':
      return { ca, ...addressOf(url) }
    default:
      throw new StartupError(
        `DATABASE_URL: sslmode is one of disable, prefer, require, verify-ca, verify-full, not ${mode}`,
      )
  }
}

/** The driver names hosts, but no addresses, to whoever checks the certificate, and `localhost` would be taken for one. */
function addressOf(url: string): { host?: string } {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : ''
  return isIP(host) ? { host } : {}
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new StartupError(`DATABASE_CA_FILE cannot be read: ${(error as Error).message}`)
  }
}
