import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

export interface Certificate {
  readonly key: string
  readonly cert: string
}

export interface TestAuthority {
  /** PEM file of the authority, for PETRI_CA_FILE. */
  readonly caFile: string
  /** For https://127.0.0.1 and https://localhost. */
  readonly good: Certificate
  readonly expired: Certificate
  readonly otherName: Certificate
  readonly selfSigned: Certificate
}

/** Makes a certificate authority of this test's own, and servers' certificates of every kind, in a folder. */
export async function testAuthority(folder: string): Promise<TestAuthority> {
  const file = (name: string) => join(folder, name)
  const openssl = (...args: readonly string[]) => run('openssl', [...args])
  const selfSign = (name: string, ...more: readonly string[]) =>
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.pem`),
      '-days',
      '2',
      ...more,
    )
  const read = async (name: string): Promise<Certificate> => ({
    key: await readFile(file(`${name}.key`), 'utf8'),
    cert: await readFile(file(`${name}.pem`), 'utf8'),
  })
  const issue = async (name: string, names: string, days: string) => {
    await writeFile(file(`${name}.ext`), `subjectAltName=${names}\n`)
    await openssl('req', ...newKey, '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`), '-subj', `/CN=${name}`)
    const ca = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial']
    const request = ['-req', '-in', file(`${name}.csr`), '-extfile', file(`${name}.ext`), '-days', days]
    await openssl('x509', ...request, ...ca, '-out', file(`${name}.pem`))
    return read(name)
  }
  await selfSign('ca', '-subj', '/CN=Test authority', '-addext', 'basicConstraints=critical,CA:TRUE')
  await selfSign('self', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  const here = 'DNS:localhost,IP:127.0.0.1'
  return {
    caFile: file('ca.pem'),
    good: await issue('good', here, '2'),
    expired: await issue('expired', here, '-1'),
    otherName: await issue('other', 'DNS:elsewhere.example', '2'),
    selfSigned: await read('self'),
  }
}
