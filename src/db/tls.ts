import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { StartupError } from '../config/startup-error.ts'

/**
 * TLS options for a DATABASE_URL, by its `sslmode` with the meaning of libpq: `require` verifies nothing without a CA file,
 * `verify-ca` verifies the issuer of the certificate, `verify-full` also the host name.
 * @param caFile certificate authorities in PEM; default: those that Node.js trusts
 * @returns false: no TLS; `prefer`: TLS if the server supports it
 * @throws StartupError for an unknown mode, an unreadable file, or a CA file with a mode that does not use it
 */
export function tlsOf(url: string, caFile?: string): false | 'prefer' | ConnectionOptions {
  const mode = /[?&]sslmode=([^&#]*)/.exec(url)?.[1] ?? 'disable'
  const checked =
    mode === 'verify-ca' || mode === 'verify-full' || (mode === 'require' && caFile !== undefined)
  if (caFile && !checked)
    throw new StartupError(
      'DATABASE_CA_FILE needs sslmode=verify-full in DATABASE_URL: without it the certificate is not verified',
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

/** For an IP address the driver passes no host to the certificate check, which would then use `localhost`. */
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
