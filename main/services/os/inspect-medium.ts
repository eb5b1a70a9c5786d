import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'

import type { InspectedMedium } from '#contract/medium'
import { diskFormats } from '#contract/vm-spec'
import { detectOs } from '../../domain/os/detect-os.ts'
import { type IsoVolume, readIsoVolume } from '../../domain/os/iso-volume.ts'
import { kernelArchitecture } from '../../domain/os/kernel-header.ts'
import { headerGateBytes, readDiskHeader } from '../../domain/vm/header-gate.ts'
import { RefusedError } from '../refused-error.ts'
import { readOsinfo } from './read-osinfo.ts'

const SECTOR_BYTES = 512
/** Names are quoted in messages up to this length. */
const QUOTED_LENGTH = 200

/** Says what a file is from its first 64 KiB and its last 512 bytes. Never waits on a FIFO or a device. */
export async function inspectMedium(path: string, cacheFolder: string): Promise<InspectedMedium> {
  if (!path.startsWith('/')) throw refused(path, 'is not a whole path', 'Give the path from / on.', 'bad-request')
  const { first, last, sizeBytes } = await readEnds(path)
  const found = { path, sizeBytes }
  const text = Buffer.from(first.subarray(0, 512)).toString('latin1').trimStart()
  if (/^(?:<!doctype html|<html|<head)/i.test(text))
    throw refused(
      path,
      'is a web page, not an image',
      'The download went wrong: fetch the image itself.',
      'invalid',
      text,
    )

  const header = readDiskHeader(first, sizeBytes, last)
  if (header.format === 'iso') {
    const volume = readIsoVolume(first)
    if (!volume)
      throw refused(
        path,
        'calls itself a CD image and describes no volume',
        'Fetch it again.',
        'invalid',
        'CD001 at 32 KiB',
      )
    const os = detectOs(volume, await readOsinfo(cacheFolder))
    return { ...found, kind: 'iso', volumeId: volume.volumeId, ...(os && { os }), ...cutOff(volume, sizeBytes) }
  }
  const architecture = kernelArchitecture(first)
  if (architecture && header.format === 'raw') return { ...found, kind: 'kernel', architecture }
  const format = diskFormats.find((known) => known === header.format)
  if (header.unsafe !== undefined || !format)
    throw refused(path, 'cannot be used', 'Choose another image.', 'invalid', header.unsafe ?? header.format)
  return { ...found, kind: 'disk', format, ...diskWarning(path, format, sizeBytes, header.refersTo) }
}

async function readEnds(path: string): Promise<{ first: Uint8Array; last: Uint8Array; sizeBytes: number }> {
  const facts = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  if (facts.isDirectory()) throw refused(path, 'is a folder', 'Choose a file in it.', 'invalid')
  if (!facts.isFile())
    throw refused(path, `is ${specialWords(facts)}, not a file`, 'Choose an ordinary file.', 'invalid')
  if (facts.size === 0)
    throw refused(path, 'is empty (0 bytes)', 'The download went wrong: fetch it again.', 'invalid', '0 bytes')
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const first = new Uint8Array(Math.min(headerGateBytes, facts.size))
    const last = new Uint8Array(Math.min(SECTOR_BYTES, facts.size))
    await file.read(first, 0, first.length, 0)
    await file.read(last, 0, last.length, facts.size - last.length)
    return { first, last, sizeBytes: facts.size }
  } finally {
    await file.close()
  }
}

function specialWords(facts: { isFIFO(): boolean; isSocket(): boolean; isBlockDevice(): boolean }): string {
  if (facts.isFIFO()) return 'a FIFO'
  if (facts.isSocket()) return 'a socket'
  return facts.isBlockDevice() ? 'a block device' : 'a character device'
}

function cutOff(volume: IsoVolume, sizeBytes: number): { warning?: string } {
  return volume.volumeBytes > sizeBytes
    ? { warning: `The file is cut off: it has ${sizeBytes} of the ${volume.volumeBytes} bytes that it says it has.` }
    : {}
}

function diskWarning(
  path: string,
  format: string,
  sizeBytes: number,
  refersTo: string | undefined,
): { warning?: string } {
  if (refersTo !== undefined)
    return { warning: `It needs another file (${refersTo.slice(0, QUOTED_LENGTH)}) and cannot be used without it.` }
  if (format === 'raw' && /\.iso$/i.test(path))
    return { warning: 'It is named like a CD image and holds none: taken as a raw disk.' }
  return format === 'raw' && sizeBytes % SECTOR_BYTES !== 0
    ? { warning: 'It has no header and its size is no multiple of 512 bytes: perhaps it is not a disk.' }
    : {}
}

function unreadable(path: string, error: unknown): RefusedError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const words = error instanceof Error ? error.message.slice(0, QUOTED_LENGTH) : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return refused(path, 'does not exist', 'Check the path.', 'not-found')
    case 'ENAMETOOLONG':
      return refused(path, 'has a name longer than a file can have', 'Names end at 255 bytes.', 'invalid')
    case 'EACCES':
    case 'EPERM':
      return refused(path, 'may not be read by you', 'Change its permissions.', 'invalid', words)
    default:
      return refused(path, 'cannot be read', 'See what the system says.', 'invalid', words)
  }
}

function refused(
  path: string,
  what: string,
  cure: string,
  code: 'bad-request' | 'invalid' | 'not-found',
  evidence?: string,
): RefusedError {
  const name = path.length > QUOTED_LENGTH ? `${path.slice(0, QUOTED_LENGTH)}…` : path
  return new RefusedError({
    code,
    title: `${name} ${what}`,
    ...(evidence !== undefined && { evidence: evidence.slice(0, QUOTED_LENGTH) }),
    cure: { text: cure },
  })
}
