import { realpath } from 'node:fs/promises'
import { z } from 'zod'

import type { DiskInfo } from '#contract/disk'
import { suggestMachine } from '../../domain/disk/suggest-machine.ts'
import { fileUsers } from '../../system/process/file-users.ts'
import { limitedSignal } from '../../system/process/limited-signal.ts'
import { lookLimits, runDiskTool } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import { deviceFacts } from './block-device.ts'
import type { DiskContext } from './disk-context.ts'
import { type LookedAt, lookAtFile } from './look-at-file.ts'
import { openSource, type SourceDisk } from './open-source.ts'
import { type DiskContent, readDiskContent } from './read-disk-content.ts'
import { isPacked } from './unpack-source.ts'
import { printable, walkChain } from './walk-chain.ts'

const qemuInfoSchema = z.object({
  snapshots: z
    .array(z.object({ id: z.string(), name: z.string(), 'date-sec': z.number(), 'vm-state-size': z.number() }))
    .default([]),
})

/** How long QEMU may take to read a disk that somebody waits to see, in ms: a damaged one can keep it busy for minutes. */
const READ_LIMIT_MS = 8_000

/** Everything about a disk file that can be said without trusting it. Throws when there is no such file. */
export async function inspectDisk(wished: string, context: DiskContext, signal: AbortSignal): Promise<DiskInfo> {
  const outcome = await realpath(wished).then(
    (path) => ({ path }),
    () => undefined,
  )
  // Gives the refusal in the words for a person.
  if (!outcome)
    throw await openSource({ path: wished }).then(
      () => new Error('It appeared meanwhile'),
      (error: unknown) => error,
    )
  const { path } = outcome
  const looked = await lookAtFile(path)
  if (looked === 'block device') return await inspectDevice(path, context, signal)
  if (typeof looked === 'string')
    throw await openSource({ path }).then(
      () => new Error('It changed meanwhile'),
      (error: unknown) => error,
    )
  return await inspectFile(path, looked, context, signal)
}

async function inspectFile(
  path: string,
  looked: LookedAt,
  context: DiskContext,
  signal: AbortSignal,
): Promise<DiskInfo> {
  const { facts, sizeBytes, allocatedBytes } = looked
  const opened = await openSource({ path, packed: true }).catch((error: unknown) => {
    if (error instanceof RefusedError) return error
    throw error
  })
  const source = opened instanceof RefusedError || isPacked(opened.format) ? undefined : opened
  const refusal = opened instanceof RefusedError ? refusalWords(opened) : undefined
  using limit = limitedSignal(signal, READ_LIMIT_MS)
  const [chain, snapshots, content] = await Promise.all([
    walkChain(path, looked),
    source && facts.format === 'qcow2' && facts.snapshotCount ? readSnapshots(source, limit.signal) : [],
    source && contentOrProblem(source, limit.signal, limit.isOver),
  ])
  const unreadable = typeof content === 'string' ? content : undefined
  const known = typeof content === 'string' ? undefined : content
  const table = known?.table.kind ?? 'unread'
  return {
    path,
    kind: 'file',
    ...(facts.format !== undefined && { format: facts.format }),
    ...(facts.subformat !== undefined && { subformat: printable(facts.subformat) }),
    ...(facts.version !== undefined && { version: printable(facts.version) }),
    ...(facts.virtualBytes !== undefined &&
      Number.isFinite(facts.virtualBytes) && { virtualBytes: facts.virtualBytes }),
    fileBytes: sizeBytes,
    allocatedBytes,
    ...(facts.clusterBytes !== undefined && { clusterBytes: facts.clusterBytes }),
    ...(facts.compression !== undefined && { compression: facts.compression }),
    encrypted: facts.encrypted ?? false,
    dirty: facts.dirty ?? false,
    corrupt: facts.corrupt ?? false,
    chain: [...chain],
    extents: [...(facts.extents ?? [])].map(printable),
    snapshots: [...snapshots],
    partitionTable: {
      kind: table,
      partitions: [...(known?.partitions ?? [])],
      problems: [...(known?.table.problems ?? [])],
    },
    ...(known?.fileSystem && { fileSystem: known.fileSystem }),
    users: usersOf(path, context),
    machines: [...context.machinesOf(path)],
    ...((refusal ?? unreadable) !== undefined && { refusal: refusal ?? unreadable }),
    advice: [...adviceFor(looked, opened instanceof RefusedError ? undefined : opened, known)],
    ...(known && {
      machine: suggestMachine({
        table,
        hasBootCode: known.table.hasBootCode,
        partitions: known.partitions,
        fileSystem: known.fileSystem?.type,
      }),
    }),
  }
}

async function inspectDevice(path: string, context: DiskContext, signal: AbortSignal): Promise<DiskInfo> {
  const { model, sizeBytes, mounted } = await deviceFacts(path)
  const content = await openSource({ path, confirmDevice: true })
    .then(async (source) => await readDiskContent(source, signal))
    .catch(() => undefined)
  return {
    path,
    kind: 'block-device',
    format: 'raw',
    virtualBytes: sizeBytes,
    fileBytes: sizeBytes,
    allocatedBytes: sizeBytes,
    encrypted: false,
    dirty: false,
    corrupt: false,
    chain: [{ path, format: 'raw', virtualBytes: sizeBytes }],
    extents: [],
    snapshots: [],
    partitionTable: {
      kind: content?.table.kind ?? 'unread',
      partitions: [...(content?.partitions ?? [])],
      problems: [...(content?.table.problems ?? [])],
    },
    ...(content?.fileSystem && { fileSystem: content.fileSystem }),
    users: usersOf(path, context),
    machines: [],
    advice: [
      content
        ? 'It can be copied into a file; it is only read.'
        : 'You may not read it. Copying a whole disk needs that right.',
      ...(mounted.length > 0 ? ['Parts of it are mounted and may change while they are copied.'] : []),
    ],
    device: { model, mounted: [...mounted] },
  }
}

/** A damaged image that QEMU cannot read is shown with what its header says. */
async function contentOrProblem(
  source: SourceDisk,
  signal: AbortSignal,
  isTooLate: () => boolean,
): Promise<DiskContent | string> {
  try {
    return await readDiskContent(source, signal)
  } catch (error) {
    if (isTooLate()) return `QEMU did not get through its tables within ${READ_LIMIT_MS / 1000} s.`
    if (signal.aborted || error instanceof RefusedError) throw error
    const words = error instanceof Error ? error.message : String(error)
    return `QEMU cannot read it: ${printable(words.replaceAll(source.path, 'the file'))}`
  }
}

async function readSnapshots(source: SourceDisk, signal: AbortSignal): Promise<DiskInfo['snapshots']> {
  const argv = ['qemu-img', 'info', '--output=json', '-f', source.format, source.path] as const
  const text = await runDiskTool([...argv], { readOnly: source.files, limits: lookLimits, signal }).catch(() => '{}')
  const parsed = qemuInfoSchema.safeParse(JSON.parse(text))
  return (parsed.data?.snapshots ?? []).map((snapshot) => ({
    id: printable(snapshot.id),
    name: snapshot.name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 120),
    date: new Date(snapshot['date-sec'] * 1000).toISOString(),
    vmStateBytes: snapshot['vm-state-size'],
  }))
}

function usersOf(path: string, context: DiskContext): DiskInfo['users'] {
  const machine = context.filesInUse().get(path)
  return fileUsers(path).map(({ pid, command, writing }) => ({
    pid,
    command: printable(command),
    writing,
    ...(machine !== undefined && { machine }),
  }))
}

function refusalWords(error: RefusedError): string {
  const { evidence, title } = error.failure
  return evidence ?? title
}

function adviceFor(
  { facts, sizeBytes, allocatedBytes }: LookedAt,
  source: SourceDisk | undefined,
  content: DiskContent | undefined,
): readonly string[] {
  if (!source) return ['Petri leaves it closed.']
  const advice: string[] = []
  if (isPacked(source.format))
    advice.push(
      source.format === 'ova'
        ? 'Import it as a machine, or convert one of its disks.'
        : 'Converting it unpacks it first.',
    )
  if (facts.dirty) advice.push('It was not closed properly: check it before you use it.')
  if (facts.format === 'raw' && allocatedBytes < sizeBytes / 2)
    advice.push('More than half of it is empty: as qcow2 it stays small wherever it is copied.')
  if (facts.format === 'vmdk' && facts.subformat === 'streamOptimized')
    advice.push('It is made for transport; convert it before a machine writes to it.')
  if (content && content.table.problems.length > 0)
    advice.push('Its partition table is damaged: copy it before you repair anything.')
  if (content && (content.partitions.length > 0 || content.fileSystem))
    advice.push(
      facts.extents === undefined || facts.extents.length === 0
        ? 'A machine can be made of it.'
        : 'It lies in several files: convert it, and a machine can be made of the one file.',
    )
  return advice
}
