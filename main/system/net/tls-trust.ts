import { readFile } from 'node:fs/promises'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'

/** The certificate authorities that https believes; undefined: those that came with Node. */
export type TlsTrust = SecureContext | undefined

/**
 * The authorities that came with Node, and those in a PEM file beside them (of a company's proxy, or of a lab's own
 * server). Throws the file system's or OpenSSL's error: an authority that was asked for and is not there is no trifle.
 */
export async function tlsTrust(extraCaFile: string | undefined): Promise<TlsTrust> {
  if (extraCaFile === undefined) return undefined
  return createSecureContext({ ca: [...rootCertificates, await readFile(extraCaFile, 'utf8')] })
}
