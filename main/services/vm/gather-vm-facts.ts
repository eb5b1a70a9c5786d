import { constants } from 'node:fs'
import { access, lstat, open, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { DiskHeader } from '../../domain/vm/disk-header.ts'
import { frozenPathsOf } from '../../domain/vm/frozen-disks.ts'
import { readDiskHeader } from '../../domain/vm/header-gate.ts'
import type { FileFacts, HostFacts, VmFacts } from '../../domain/vm/host-facts.ts'
import { portHolder } from '../../system/net/port-holder.ts'
import { fileUsers } from '../../system/process/file-users.ts'
import type { VmDraft, VmSpec } from '#contract/vm-spec'

/** As much of a disk's beginning as any known header takes, and of its end for a VHD footer, in bytes. */
const HEAD_BYTES = 64 * 1024
const TAIL_BYTES = 512

/** What is found on this host about the files and ports that a machine wants to use. */
export async function gatherVmFacts(
  spec: VmSpec | VmDraft,
  where: {
    host: HostFacts
    vmFolder: string
    runtimeFolder: string
    nonce: string
    /** Absolute path -> name of the machine of ours that is running with it. */
    filesInUse: ReadonlyMap<string, string>
    /** The machine runs: who holds its disks and ports is itself. */
    isRunning: boolean
    /** What will be made together with the machine, by the path in its spec. */
    newFiles?: ReadonlyMap<string, FileFacts>
  },
): Promise<VmFacts> {
  const written = new Set(spec.disks.filter((disk) => !disk.readOnly).map((disk) => disk.path))
  const paths = [
    ...spec.disks.map((disk) => disk.path),
    ...spec.cdroms.flatMap((cdrom) => cdrom.path ?? []),
    ...frozenPathsOf(spec),
    ...spec.sharedFolders.map((folder) => folder.path),
    ...(spec.kernel ? [spec.kernel.kernelPath, ...(spec.kernel.initrdPath ? [spec.kernel.initrdPath] : [])] : []),
  ]
  const files: Record<string, FileFacts> = {}
  await Promise.all(
    paths.map(async (path) => {
      const absolute = resolve(where.vmFolder, path)
      files[path] =
        where.newFiles?.get(path) ??
        (await fileFacts(absolute, written.has(path) && !where.isRunning, where.filesInUse.get(absolute)))
    }),
  )
  const portHolders: Record<string, string> = {}
  for (const { backend } of spec.networks) {
    if (backend.kind !== 'user' || where.isRunning) continue
    for (const { protocol, hostPort } of backend.forwards) {
      const holder = portHolder(protocol, hostPort)
      if (holder) portHolders[`${protocol}:${hostPort}`] = holder
    }
  }
  return {
    host: where.host,
    files,
    portHolders,
    vmFolder: where.vmFolder,
    runtimeFolder: where.runtimeFolder,
    nonce: where.nonce,
  }
}

/** What lies at a path. `written`: the machine will write it, so whoever else does is named. */
export async function fileFacts(path: string, written: boolean, machine: string | undefined): Promise<FileFacts> {
  try {
    // Links are followed: what counts is what QEMU would open. A FIFO is never opened here, because that would hang.
    const found = await stat(path)
    if (found.isDirectory()) return { kind: 'directory', realPath: await realpath(path) }
    if (found.isFIFO()) return { kind: 'fifo' }
    if (found.isSocket()) return { kind: 'socket' }
    if (found.isCharacterDevice()) return { kind: 'character-device' }
    if (found.isBlockDevice()) return { kind: 'block-device' }
    const readable = await can(path, constants.R_OK)
    return {
      kind: 'file',
      sizeBytes: found.size,
      readable,
      writable: await can(path, constants.W_OK),
      header: readable ? await readHeader(path, found.size) : { format: undefined, refersTo: undefined },
      heldBy: machine === undefined ? (written ? writerOf(path) : undefined) : `machine “${machine}”`,
    }
  } catch (error) {
    if (await lstat(path).catch(() => undefined)) return { kind: 'unreadable', reason: wordsOf(error) }
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
      ? { kind: 'missing' }
      : { kind: 'unreadable', reason: wordsOf(error) }
  }
}

async function readHeader(path: string, sizeBytes: number): Promise<DiskHeader> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const head = new Uint8Array(Math.min(HEAD_BYTES, sizeBytes))
    const tail = new Uint8Array(Math.min(TAIL_BYTES, sizeBytes))
    await file.read(head, 0, head.length, 0)
    await file.read(tail, 0, tail.length, sizeBytes - tail.length)
    return readDiskHeader(head, sizeBytes, tail)
  } finally {
    await file.close()
  }
}

function writerOf(path: string): string | undefined {
  const user = fileUsers(path).find((candidate) => candidate.writing)
  return user && `${user.command}, process ${user.pid}`
}

const can = async (path: string, mode: number) =>
  await access(path, mode).then(
    () => true,
    () => false,
  )

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
