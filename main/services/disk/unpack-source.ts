import { createReadStream } from 'node:fs'
import { basename, join } from 'node:path'

import type { ConvertWish } from '#contract/disk'
import { maxVirtualBytes } from '../../domain/disk/image-facts.ts'
import { openSparseWriter } from '../../system/files/sparse-writer.ts'
import { streamCommand } from '../../system/process/stream-command.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import type { JobWork } from '../jobs/job-control.ts'
import { lookLimits, sandboxedArgv } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import type { DiskContext } from './disk-context.ts'
import { measurePlace } from './measure-place.ts'
import { openSource, type SourceDisk } from './open-source.ts'
import { openWorkFolder } from './work-folder.ts'

/** Left free on the target's file system while a file of unknown size is unpacked, in bytes. */
const RESERVE_BYTES = 64 * 1024 * 1024

const unpackers: Readonly<Record<string, readonly [string, ...string[]]>> = {
  gzip: ['gzip', '-dc'],
  xz: ['xz', '-dc', '--memlimit-decompress=512MiB'],
  zstd: ['zstd', '-dcq', '--memory=512MB'],
}

export const isPacked = (format: string) => Object.hasOwn(unpackers, format) || format === 'ova'

/**
 * Unpacks a disk beside the target into a folder of its own, leaving out zeroes, and takes what comes out through the
 * gate. Whoever calls disposes of the result; it removes the folder.
 */
export async function unpackSource(
  packed: SourceDisk,
  wish: ConvertWish,
  context: DiskContext,
  work: JobWork,
): Promise<AsyncDisposable & { readonly source: SourceDisk }> {
  const folder = await openWorkFolder(wish.target, context.journal)
  try {
    const place = await measurePlace(wish.target)
    const path = join(folder.path, 'unpacked')
    const writer = await openSparseWriter(path)
    const take = async (chunk: Uint8Array) => {
      await writer.write(chunk)
      if (writer.size() > maxVirtualBytes || writer.written() > place.freeBytes - RESERVE_BYTES) throw tooLarge(packed)
      work.progress({ phase: 'Unpacking', doneBytes: writer.size() })
      await work.pausePoint()
    }
    try {
      if (packed.format === 'ova') await unpackMember(packed, wish.member, take, work.signal)
      else await unpackStream(packed, take, work.signal)
    } finally {
      await writer.close()
    }
    const source = await openSource({ path })
    if (isPacked(source.format))
      throw new RefusedError({ code: 'invalid', title: `${basename(packed.path)} is packed twice` })
    return { source, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
}

async function unpackStream(packed: SourceDisk, take: (chunk: Uint8Array) => Promise<void>, signal: AbortSignal) {
  const [program, ...args] = unpackers[packed.format] ?? ['false']
  const argv = sandboxedArgv([program, ...args, '--', packed.path], {
    readOnly: packed.files,
    limits: { addressSpaceBytes: lookLimits.addressSpaceBytes },
  })
  await streamCommand(withoutDescriptors(argv), { signal, onChunk: take })
}

async function unpackMember(
  packed: SourceDisk,
  member: string | undefined,
  take: (chunk: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { extract } = await import('tar-stream')
  const tar = extract()
  const input = createReadStream(packed.path, { signal })
  input.on('error', (error) => tar.destroy(error)).pipe(tar)
  const seen: string[] = []
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header
      const isDisk = type === 'file' && /\.(vmdk|vdi|vhdx?|img|raw|qcow2)(\.gz)?$/i.test(name)
      if (isDisk) seen.push(name)
      if (seen.length > 100) break
      if (isDisk && (member === undefined ? seen.length === 1 : name === member)) {
        for await (const chunk of entry) if (chunk instanceof Uint8Array) await take(chunk)
        return
      }
      entry.resume()
    }
  } finally {
    input.destroy()
  }
  throw new RefusedError({
    code: 'not-found',
    title: `${basename(packed.path)} holds no disk${member === undefined ? '' : ` ${member.slice(0, 80)}`}`,
    ...(seen.length > 0 && { evidence: `It holds: ${seen.join(', ').slice(0, 150)}` }),
  })
}

function tooLarge(packed: SourceDisk): RefusedError {
  return new RefusedError({
    code: 'no-space',
    title: `${basename(packed.path)} is larger unpacked than what fits here`,
    cause: 'Unpacking stopped before the disk was full. A small file can unpack to any size.',
    cure: { text: 'Choose a place with more space.' },
  })
}
