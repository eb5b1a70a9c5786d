import type { ImageTrust } from '#contract/image'
import type { CatalogueEntry, DigestAlgorithm } from '../../domain/catalogue/catalogue-entry.ts'
import { digestOf, newestName, parseDigestList } from '../../domain/catalogue/digest-list.ts'
import { fetchBytes } from '../../system/net/fetch-text.ts'
import type { DownloadLimits } from '../../system/net/download-file.ts'
import type { TlsTrust } from '../../system/net/tls-trust.ts'
import { RefusedError } from '../refused-error.ts'
import { downloadFailure } from './download-failure.ts'
import { type Checked, verifyClearsigned, verifyDetached } from './verify-signature.ts'

const MAX_LIST_BYTES = 4 * 1024 * 1024
const MAX_SIGNATURE_BYTES = 256 * 1024

export interface Net {
  readonly trust: TlsTrust
  readonly limits: DownloadLimits
  readonly signal: AbortSignal
}

/** What a download has to prove. */
export interface Claim {
  readonly url: string
  readonly algorithm: DigestAlgorithm
  readonly hex: string
  /** Reached by the digest alone; a signature over the image itself is checked after the download. */
  readonly trust: ImageTrust
  readonly trustNote: string
  /** Fetched before the image: whatever cannot be had is known early. */
  readonly imageSignature: Uint8Array | undefined
}

/**
 * Settles where an entry's file lies and what its digest must be, reading and checking its publisher's list where the
 * catalogue does not know it. Throws RefusedError. `acceptUnverified`: go on without a signature that cannot be had.
 */
export async function resolveEntry(
  entry: CatalogueEntry,
  net: Net,
  acceptUnverified: boolean,
  log: (line: string) => void,
): Promise<Claim> {
  const fetch = async (address: string, maxBytes: number) => {
    log(`Reading ${address}`)
    return fetchBytes(address, { ...net, ...net.limits, maxBytes }).catch((error: unknown) => {
      throw downloadFailure(error)
    })
  }
  const { digest, file, signature, keys } = entry
  if (digest.kind === 'known') {
    if (file.kind !== 'url') throw new Error(`${entry.id} has a digest and no address`)
    const trust: ImageTrust = entry.signedIndex ? 'signed' : 'publisher-digest'
    const trustNote = entry.signedIndex ? 'Digest from a signed list' : 'Digest from the server’s list'
    return { ...digest, url: file.url, trust, trustNote, imageSignature: undefined }
  }

  const fetchSignature = async (address: string): Promise<Uint8Array | undefined> => {
    try {
      return await fetch(address, MAX_SIGNATURE_BYTES)
    } catch (error) {
      net.signal.throwIfAborted()
      if (!acceptUnverified) throw error
      log('The signature cannot be had; going on without, as was asked for')
      return undefined
    }
  }
  const list = await fetch(digest.url, MAX_LIST_BYTES)
  const checked = await checkList(list, entry, fetchSignature)
  const text = checked?.kind === 'good' && checked.text !== '' ? checked.text : new TextDecoder().decode(list)
  const digests = parseDigestList(text, digest.algorithm)
  const name =
    file.kind === 'url' ? decodeURIComponent(file.url.split('/').at(-1) ?? '') : newestName(digests, file.pattern)
  const hex = name === undefined ? undefined : digestOf(digests, name)
  if (name === undefined || hex === undefined) throw notListed(digest.url, name ?? entry.title)
  const url = file.kind === 'url' ? file.url : new URL(encodeURIComponent(name), file.folder).href
  const overImage = signature?.kind === 'detached' && signature.over === 'image' && keys ? signature : undefined
  return {
    url,
    algorithm: digest.algorithm,
    hex,
    ...(checked?.kind === 'good'
      ? { trust: 'signed', trustNote: `Digest list signed by ${checked.fingerprint}` }
      : { trust: 'publisher-digest', trustNote: `Digest from ${digest.url}` }),
    imageSignature: overImage && (await fetchSignature(overImage.url)),
  }
}

/** Checks the signature of a list; undefined where there is none, or nobody to check it with. */
async function checkList(
  list: Uint8Array,
  { signature, keys, title }: CatalogueEntry,
  fetchSignature: (address: string) => Promise<Uint8Array | undefined>,
): Promise<Checked | undefined> {
  if (!signature || !keys) return undefined
  const subject = `the digests of ${title}`
  if (signature.kind === 'clearsigned-list') return verifyClearsigned(new TextDecoder().decode(list), keys, subject)
  if (signature.over !== 'list') return undefined
  const detached = await fetchSignature(signature.url)
  return detached && verifyDetached(list, detached, keys, subject)
}

const notListed = (listUrl: string, name: string) =>
  new RefusedError({
    code: 'not-found',
    title: 'The publisher names no digest for this file',
    evidence: `${listUrl} does not list ${name}`,
    cause: 'A newer build has taken its place, or the address has changed.',
    cure: { text: 'Look for a newer release in the list.', command: 'petri image list' },
  })
