import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { rig } from '../support/rig.ts'

/** Files in PEM. */
export interface Certificate {
  /** Of the authority that signed it. */
  ca: string
  certificate: string
  key: string
}

/** A certificate for 127.0.0.1, signed by an authority made for it. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(rig().folder, 'certificate-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
    '-subj',
    '/CN=a test authority',
  )
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('redis.key'),
    '-out',
    at('redis.crt'),
    '-subj',
    '/CN=redis',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
    '-addext',
    'basicConstraints=critical,CA:false',
    '-CA',
    at('ca.crt'),
    '-CAkey',
    at('ca.key'),
  )
  return { ca: at('ca.crt'), certificate: at('redis.crt'), key: at('redis.key') }
}
