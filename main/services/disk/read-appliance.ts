import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, open, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { type OvfMachine, OvfError } from '../../domain/disk/ovf-machine.ts'
import { type ManifestEntry, readManifest } from '../../domain/disk/ovf-manifest.ts'
import { maxOvfCharacters, readOvf, refuseUnsafeXml } from '../../domain/disk/read-ovf.ts'
import { isBareName } from '../../domain/disk/vmdk-facts.ts'
import { openSparseWriter } from '../../system/files/sparse-writer.ts'
import type { JobWork } from '../jobs/job-control.ts'
import { RefusedError } from '../refused-error.ts'
import { measurePlace } from './measure-place.ts'
import { printable } from './walk-chain.ts'

/** More members than any appliance has. */
const MAX_MEMBERS = 64
/** Left free while disks are unpacked, in bytes. */
const RESERVE_BYTES = 64 * 1024 * 1024
const MAX_MANIFEST_BYTES = 1024 * 1024

/** An appliance whose disks lie as files in a work folder, its manifest verified. */
export interface Appliance {
  readonly machine: OvfMachine
  /** Files of the disks by the names in the descriptor. */
  readonly files: ReadonlyMap<string, string>
  readonly manifest: 'verified' | 'none'
}

interface Member {
  readonly name: string
  readonly body: AsyncIterable<Uint8Array>
}

/** What has been taken of the archive so far. */
interface Taken {
  readonly files: Map<string, string>
  readonly digests: Map<string, Readonly<Record<ManifestEntry['algorithm'], string>>>
  readonly texts: Map<string, string>
}

/** Takes an OVA, or an OVF with its files beside it, apart into `folder`. Throws RefusedError for what is not sound. */
export async function readAppliance(path: string, folder: string, work: JobWork): Promise<Appliance> {
  const taken: Taken = { files: new Map(), digests: new Map(), texts: new Map() }
  const place = await measurePlace(join(folder, '-'))
  const { size } = await lstat(path)
  let doneBytes = 0
  const take = async ({ name, body }: Member) => {
    if (!isBareName(name)) throw unsound(path, `It holds a file with a path: ${printable(name)}`)
    if (taken.digests.has(name)) throw unsound(path, `It holds two files ${printable(name)}`)
    if (taken.digests.size >= MAX_MEMBERS) throw unsound(path, `It holds more than ${MAX_MEMBERS} files`)
    const onBytes = async (count: number, written: number) => {
      doneBytes += count
      if (written > place.freeBytes - RESERVE_BYTES)
        throw new RefusedError({ code: 'no-space', title: `There is not enough space to unpack ${basename(path)}` })
      work.progress({ phase: 'Unpacking', doneBytes: Math.min(doneBytes, size), totalBytes: size })
      await work.pausePoint()
    }
    if (/\.(?:ovf|mf)$/i.test(name)) await takeText(path, { name, body }, taken)
    else await takeFile({ name, body }, join(folder, `member-${taken.files.size}`), taken, onBytes)
  }
  if (/\.ovf$/i.test(path)) await eachBeside(path, take, work.signal)
  else await eachMember(path, take, work.signal)

  const descriptors = [...taken.texts.keys()].filter((name) => /\.ovf$/i.test(name))
  if (descriptors.length !== 1)
    throw unsound(path, `It holds ${descriptors.length} descriptions of machines, and not one`)
  const machine = await parseMachine(path, taken.texts.get(descriptors[0] ?? '') ?? '')
  const missing = machine.disks.find((disk) => !taken.files.has(disk.href))
  if (missing) throw unsound(path, `The disk ${printable(missing.href)} is missing`)
  return { machine, files: taken.files, manifest: verify(path, taken, machine) }
}

async function takeText(path: string, { name, body }: Member, taken: Taken): Promise<void> {
  const hashes = createHashes()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > (/\.mf$/i.test(name) ? MAX_MANIFEST_BYTES : maxOvfCharacters))
      throw unsound(path, `Its ${printable(name)} is too large`)
    hashes.update(chunk)
    chunks.push(chunk)
  }
  taken.texts.set(name, Buffer.concat(chunks).toString('utf8'))
  taken.digests.set(name, hashes.digest())
}

async function takeFile(
  { name, body }: Member,
  target: string,
  taken: Taken,
  onBytes: (count: number, written: number) => Promise<void>,
): Promise<void> {
  const hashes = createHashes()
  const writer = await openSparseWriter(target)
  try {
    for await (const chunk of body) {
      hashes.update(chunk)
      await writer.write(chunk)
      await onBytes(chunk.length, writer.written())
    }
  } finally {
    await writer.close()
  }
  taken.files.set(name, target)
  taken.digests.set(name, hashes.digest())
}

/** Which algorithm a manifest uses is known only when it comes, which may be last. */
function createHashes() {
  const hashes = { sha1: createHash('sha1'), sha256: createHash('sha256'), sha512: createHash('sha512') }
  return {
    update: (chunk: Uint8Array) => Object.values(hashes).forEach((hash) => hash.update(chunk)),
    digest: () => ({
      sha1: hashes.sha1.digest('hex'),
      sha256: hashes.sha256.digest('hex'),
      sha512: hashes.sha512.digest('hex'),
    }),
  }
}

async function eachMember(path: string, take: (member: Member) => Promise<void>, signal: AbortSignal): Promise<void> {
  const { extract } = await import('tar-stream')
  const tar = extract()
  const input = createReadStream(path, { signal })
  input.on('error', (error) => tar.destroy(error)).pipe(tar)
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header
      if (type === 'file') await take({ name, body: bytesOf(entry) })
      else if (type === 'directory') entry.resume()
      else throw unsound(path, `It holds ${printable(name)}, which is a ${type ?? 'special'} and no file`)
    }
  } catch (error) {
    if (error instanceof RefusedError || signal.aborted) throw error
    throw unsound(path, `The archive is damaged: ${error instanceof Error ? printable(error.message) : 'unreadable'}`)
  } finally {
    input.destroy()
  }
}

async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk
}

/** A descriptor with its files beside it: only those that it names, and only regular files. */
async function eachBeside(path: string, take: (member: Member) => Promise<void>, signal: AbortSignal): Promise<void> {
  const machine = await parseMachine(path, await readFile(path, 'utf8'))
  const manifest = path.replace(/\.ovf$/i, '.mf')
  const names = [basename(path), ...machine.disks.map((disk) => disk.href)]
  if ((await lstat(manifest).catch(() => undefined))?.isFile()) names.push(basename(manifest))
  for (const name of names) {
    const file = join(dirname(path), name)
    const found = await lstat(file).catch(() => undefined)
    if (!found?.isFile()) throw unsound(path, `${printable(name)} is missing or no file`)
    const handle = await open(file)
    try {
      await take({ name, body: bytesOf(handle.createReadStream({ signal, autoClose: false })) })
    } finally {
      await handle.close()
    }
  }
}

async function parseMachine(path: string, text: string): Promise<OvfMachine> {
  try {
    refuseUnsafeXml(text)
    const { XMLParser } = await import('fast-xml-parser')
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      removeNSPrefix: true,
      parseTagValue: false,
      parseAttributeValue: false,
      processEntities: false,
    })
    const parsed: unknown = parser.parse(text)
    return readOvf(parsed)
  } catch (error) {
    if (error instanceof OvfError) throw unsound(path, error.message)
    throw unsound(path, 'The description of the machine is no XML')
  }
}

/** With a manifest every file of the machine must be in it and have the digest it says. */
function verify(path: string, taken: Taken, machine: OvfMachine): 'verified' | 'none' {
  const texts = [...taken.texts].filter(([name]) => /\.mf$/i.test(name))
  if (texts.length > 1) throw unsound(path, 'It holds two manifests')
  const [manifest] = texts
  if (!manifest) return 'none'
  const { entries, strange } = readManifest(manifest[1])
  if (strange.length > 0) throw unsound(path, `Its manifest has a line that is none: ${printable(strange[0] ?? '')}`)
  for (const { file, algorithm, hex } of entries) {
    const digest = taken.digests.get(file)
    if (!digest) throw unsound(path, `Its manifest lists ${printable(file)}, which is missing`)
    if (digest[algorithm] !== hex)
      throw unsound(path, `${printable(file)} is not what its manifest says: it was changed or damaged`)
  }
  const listed = new Set(entries.map((entry) => entry.file))
  const unlisted = machine.disks.find((disk) => !listed.has(disk.href))
  if (unlisted) throw unsound(path, `Its manifest leaves out ${printable(unlisted.href)}`)
  return 'verified'
}

function unsound(path: string, evidence: string): RefusedError {
  return new RefusedError({
    code: 'invalid',
    title: `${printable(basename(path)).slice(0, 60)} is not imported`,
    evidence: evidence.slice(0, 200),
  })
}
