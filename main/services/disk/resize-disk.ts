import { stat } from 'node:fs/promises'
import { basename } from 'node:path'

import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { lookLimits, runDiskTool, workLimits } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import type { DiskContext } from './disk-context.ts'
import { measurePlace, refuseTooLarge } from './measure-place.ts'
import { openSource, type SourceDisk } from './open-source.ts'
import { readDiskContent } from './read-disk-content.ts'
import { refuseInUse } from './refuse-in-use.ts'

interface ResizeWish {
  readonly path: string
  readonly sizeBytes: number
  readonly shrink: boolean
}

/** Formats whose size QEMU can change. */
const resizable = new Set(['raw', 'qcow2', 'qed', 'vdi', 'vhdx', 'vmdk', 'parallels'])

/** Changes the size of a disk. What would be cut off must be empty and no partition's; else it is refused. */
export async function resizeDisk(wish: ResizeWish, context: DiskContext, work: JobWork): Promise<JobOutcome> {
  const source = await openSource(wish)
  const before = source.virtualBytes ?? source.fileBytes
  const name = basename(source.path)
  refuseInUse([source.path], context, true)
  if (wish.sizeBytes % 512 !== 0) throw refused(`${name} stays as it is`, 'A disk’s size is a multiple of 512 bytes.')
  if (!resizable.has(source.format)) throw refused(`${name} stays as it is`, `QEMU cannot resize ${source.format}.`)
  if (wish.sizeBytes === before) throw refused(`${name} has this size already`, `${before} bytes`)
  const shrinks = wish.sizeBytes < before
  if (shrinks) await refuseUnprovedShrink(source, wish, work)
  else if (source.format === 'raw') {
    const place = await measurePlace(source.path)
    if (place.maxFileBytes !== undefined) refuseTooLarge(source.path, place, wish.sizeBytes, false)
  }
  work.progress({ phase: shrinks ? 'Shrinking' : 'Growing' })
  const argv = ['qemu-img', 'resize', '-q', ...(shrinks ? ['--shrink'] : []), '-f', source.format, source.path] as const
  await runDiskTool(['qemu-img', ...argv.slice(1), String(wish.sizeBytes)], {
    readOnly: [],
    writable: [source.path],
    limits: workLimits,
    signal: work.signal,
  })
  const { size } = await stat(source.path)
  return {
    summary: `${name} has ${wish.sizeBytes} bytes now, before ${before}. Partitions and file systems inside keep their size.`,
    result: { before, after: wish.sizeBytes, fileBytes: size },
  }
}

async function refuseUnprovedShrink(source: SourceDisk, wish: ResizeWish, work: JobWork): Promise<void> {
  const name = basename(source.path)
  if (!wish.shrink)
    throw refused(
      `${name} would shrink`,
      `From ${source.virtualBytes} to ${wish.sizeBytes} bytes`,
      'If you mean it, say so.',
      '--shrink',
    )
  work.progress({ phase: 'Proving that the end is unused' })
  const { table, fileSystem } = await readDiskContent(source, work.signal)
  if (fileSystem)
    throw refused(
      `${name} is not shrunk`,
      `A file system (${fileSystem.type}) covers the whole disk.`,
      'Shrink the file system first, in the guest.',
    )
  const lost = table.partitions.find(({ startBytes, sizeBytes }) => startBytes + sizeBytes > wish.sizeBytes)
  if (lost)
    throw refused(
      `${name} is not shrunk`,
      `Partition ${lost.number} reaches to ${lost.startBytes + lost.sizeBytes} bytes.`,
      'Shrink the partition first, in the guest.',
    )
  if (table.kind === 'gpt')
    throw refused(
      `${name} is not shrunk`,
      'Its partition table (GPT) keeps a copy at the end of the disk.',
      'Convert the table, or move its end in the guest first.',
    )
  let used: { readonly start: number; readonly length: number } | undefined
  let rest = ''
  await runDiskTool(['qemu-img', 'map', '--output=json', '-f', source.format, source.path], {
    readOnly: source.files,
    limits: lookLimits,
    signal: work.signal,
    onOutput(chunk) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) used ??= dataBeyond(line, wish.sizeBytes)
    },
  })
  used ??= dataBeyond(rest, wish.sizeBytes)
  if (used === undefined) return
  // Allocated is not yet used: what is there may be zeroes.
  if (await isZero(source, wish.sizeBytes, work)) return
  throw refused(
    `${name} is not shrunk`,
    `There is data beyond the new end, at byte ${Math.max(used.start, wish.sizeBytes)}.`,
    'Make room at the end first: in the guest, shrink the last file system.',
  )
}

function dataBeyond(line: string, sizeBytes: number) {
  const match = /"start": (\d+), "length": (\d+).*"zero": false, "data": true/.exec(line)
  const [start, length] = [Number(match?.[1]), Number(match?.[2])]
  return match && start + length > sizeBytes ? { start, length } : undefined
}

/** Reads the part beyond the new end with a pattern of zeroes. */
async function isZero(source: SourceDisk, from: number, work: JobWork): Promise<boolean> {
  const end = source.virtualBytes ?? source.fileBytes
  const step = 64 * 1024 * 1024
  for (let at = from; at < end; at += step) {
    const length = Math.min(step, end - at)
    const text = await runDiskTool(
      ['qemu-io', '-r', '-f', source.format, '-c', `read -q -P 0 ${at} ${length}`, source.path],
      {
        readOnly: source.files,
        limits: workLimits,
        signal: work.signal,
      },
    ).catch((error: unknown) => {
      if (work.signal.aborted) throw error
      return 'Pattern verification failed'
    })
    if (text.includes('failed')) return false
    work.progress({ phase: 'Proving that the end is unused', doneBytes: at - from, totalBytes: end - from })
  }
  return true
}

function refused(title: string, evidence: string, text?: string, command?: string): RefusedError {
  return new RefusedError({
    code: 'invalid',
    title,
    evidence,
    ...(text !== undefined && { cure: { text, ...(command !== undefined && { command }) } }),
  })
}
