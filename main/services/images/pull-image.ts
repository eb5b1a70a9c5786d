import { createHash } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'

import type { ImageTrust } from '#contract/image'
import type { CatalogueEntry } from '../../domain/catalogue/catalogue-entry.ts'
import { isWebPage } from '../../domain/catalogue/image-magic.ts'
import { readAsWebStream } from '../../system/files/read-as-web-stream.ts'
import { canBeResumed, type Downloaded, downloadFile } from '../../system/net/download-file.ts'
import { removePartialFile } from '../../system/net/partial-file.ts'
import type { JobWork } from '../jobs/job-control.ts'
import { RefusedError } from '../refused-error.ts'
import { checkImage } from './check-image.ts'
import { downloadFailure } from './download-failure.ts'
import type { ImageRecord, ImageStore } from './image-store.ts'
import { type Claim, type Net, resolveEntry } from './resolve-entry.ts'
import { verifyDetached } from './verify-signature.ts'

/** Nobody publishes a larger one; a stream without end stops here at the latest. */
const MAX_IMAGE_BYTES = 256 * 1024 ** 3
/** Left free on the disk beside a download, for everything else. */
const SPARE_BYTES = 64 * 1024 * 1024

export interface PullContext {
  readonly store: ImageStore
  readonly net: Omit<Net, 'signal'>
  readonly now: () => Date
  /** Files that downloads are at work on; nobody else may touch them. */
  readonly busyParts: Set<string>
  /** True when Petri ends: what is there so far is then kept for the next time. */
  readonly isClosing: () => boolean
}

export interface PullWish {
  readonly entry: CatalogueEntry
  /** Consent to go on where nobody vouches for the file. */
  readonly acceptUnverified: boolean
  /** Where no publisher is known: what the person said about the digest. */
  readonly claimed?: { readonly sha256: string | undefined }
}

/**
 * Downloads an image and takes it into the store once everything about it is checked: size, look, digest, signature.
 * Throws RefusedError; then nothing is in the store, and what can still be used of the download is kept.
 */
export async function pullImage(context: PullContext, wish: PullWish, work: JobWork): Promise<ImageRecord> {
  const { store } = context
  const { entry } = wish
  const net: Net = { ...context.net, signal: work.signal }
  work.progress({ phase: 'Asking what its digest is' })
  const claim = wish.claimed
    ? personsClaim(entry, wish.claimed.sha256, wish.acceptUnverified)
    : await resolveEntry(entry, net, wish.acceptUnverified, work.log)
  const there = claim?.algorithm === 'sha256' ? await store.get(claim.hex) : undefined
  if (there) return there

  const url = claim?.url ?? addressOf(entry)
  const part = join(store.partsFolder, `${createHash('sha256').update(url).digest('hex')}.part`)
  if (context.busyParts.has(part)) throw underWay(entry.title)
  context.busyParts.add(part)
  let keep = false
  try {
    const downloaded = await fetchPart(context, entry, claim, url, part, work).catch((error: unknown) => {
      keep = canBeResumed(error) || (work.signal.aborted && context.isClosing())
      throw downloadFailure(error)
    })
    work.progress({ phase: 'Checking' })
    // Of an address that a person names, only the file itself says what it is.
    const look = await checkImage(part, wish.claimed ? undefined : entry, url)
    if (claim) compareDigest(downloaded, claim, url)
    const trust = await finalTrust(claim, entry, part)
    work.log(trust.trustNote)
    const record: ImageRecord = {
      ...factsOf(entry),
      kind: look.kind,
      format: look.format,
      digest: downloaded.digests.get('sha256') ?? '',
      sizeBytes: downloaded.sizeBytes,
      ...trust,
      source: wish.claimed ? url : entry.id,
      addedAt: context.now().toISOString(),
    }
    work.signal.throwIfAborted()
    const same = await store.get(record.digest)
    if (same) return same
    await store.add(part, record)
    return record
  } finally {
    if (!keep) await removePartialFile(part)
    context.busyParts.delete(part)
  }
}

async function fetchPart(
  { store, net }: PullContext,
  entry: CatalogueEntry,
  claim: Claim | undefined,
  url: string,
  part: string,
  work: JobWork,
): Promise<Downloaded> {
  work.progress({ phase: 'Downloading' })
  return downloadFile({
    url,
    path: part,
    sizeBytes: entry.sizeBytes,
    maxBytes: entry.sizeBytes ?? MAX_IMAGE_BYTES,
    algorithms: claim?.algorithm === 'sha512' ? ['sha256', 'sha512'] : ['sha256'],
    ...net,
    signal: work.signal,
    pausePoint: work.pausePoint,
    log: work.log,
    onProgress: (doneBytes, totalBytes) => work.progress({ phase: 'Downloading', doneBytes, totalBytes }),
    checkFirst(first) {
      if (isWebPage(new DataView(first.buffer, first.byteOffset, first.byteLength))) throw webPage(url, first)
    },
    async checkSize(sizeBytes) {
      const { bavail, bsize } = await statfs(store.partsFolder)
      if (bavail * bsize < sizeBytes + SPARE_BYTES) throw noSpace(store.partsFolder, sizeBytes, bavail * bsize)
    },
  })
}

function compareDigest(downloaded: Downloaded, claim: Claim, url: string): void {
  const got = downloaded.digests.get(claim.algorithm)
  if (got === claim.hex) return
  throw new RefusedError({
    code: 'command-failed',
    title: 'The file is not what its publisher says it is',
    evidence: `${url}: expected ${claim.algorithm} ${claim.hex}, got ${got ?? 'none'}`,
    cause: 'The mirror holds another build, or somebody changed the file. It was thrown away.',
    cure: { text: 'Try again later, or take it from another server.' },
  })
}

async function finalTrust(
  claim: Claim | undefined,
  { keys, title }: CatalogueEntry,
  part: string,
): Promise<{ readonly trust: ImageTrust; readonly trustNote: string }> {
  if (!claim) return { trust: 'none', trustNote: 'Nobody vouches for it; taken with consent' }
  if (claim.imageSignature && keys) {
    const checked = await verifyDetached(readAsWebStream(part), claim.imageSignature, keys, title)
    if (checked.kind === 'good') return { trust: 'signed', trustNote: `Signed by ${checked.fingerprint}` }
  }
  return { trust: claim.trust, trustNote: claim.trustNote }
}

/** What a person claims about a file of their own choice: its digest, or nothing, with consent. */
function personsClaim(entry: CatalogueEntry, sha256: string | undefined, acceptUnverified: boolean): Claim | undefined {
  if (sha256 !== undefined) {
    const trustNote = 'Its digest is the one that you named'
    return {
      url: addressOf(entry),
      algorithm: 'sha256',
      hex: sha256,
      trust: 'pinned',
      trustNote,
      imageSignature: undefined,
    }
  }
  if (acceptUnverified) return undefined
  throw nobodyVouches(addressOf(entry))
}

export const nobodyVouches = (url: string) =>
  new RefusedError({
    code: 'conflict',
    title: 'Nobody vouches for this file',
    evidence: url,
    cause: 'Without a digest Petri cannot tell whether it is the file that its publisher made.',
    cure: {
      text: 'Name its sha256 as its publisher tells it, or say that you take it all the same (--accept-unverified).',
    },
  })

function addressOf({ file, id }: CatalogueEntry): string {
  if (file.kind === 'url') return file.url
  throw new Error(`${id} has no address of its own`)
}

function factsOf({ os, release, variant, architecture, title, version }: CatalogueEntry) {
  return { os, release, variant, architecture, title, ...(version !== undefined && { version }) }
}

function webPage(url: string, first: Uint8Array): RefusedError {
  const title = /<title>([^<]{1,120})/i.exec(new TextDecoder().decode(first))?.[1]?.trim()
  return new RefusedError({
    code: 'command-failed',
    title: 'The server answered with a web page instead of the image',
    evidence: title === undefined ? url : `${url}: "${title.replaceAll(/\p{Cc}/gu, ' ')}"`,
    cause: 'A login page of this network (hotel, university), or an error page of the server.',
    cure: { text: 'Open the address in a browser, log in where that is asked for, and try again.' },
  })
}

const noSpace = (folder: string, sizeBytes: number, freeBytes: number) =>
  new RefusedError({
    code: 'no-space',
    title: 'There is no room for this image',
    evidence: `${folder}: ${sizeBytes} bytes are needed, ${freeBytes} are free`,
    cure: { text: 'Free some space. Images that nobody uses are removed with:', command: 'petri image prune' },
  })

export const underWay = (title: string) =>
  new RefusedError({ code: 'conflict', title: `${title} is being downloaded already` })
