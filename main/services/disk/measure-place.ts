import { constants } from 'node:fs'
import { access, open, statfs, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { CommandError, runCommand } from '../../system/process/run-command.ts'
import { RefusedError } from '../refused-error.ts'

/** What a folder can take. */
export interface Place {
  readonly freeBytes: number
  /** The largest file that its file system holds, where that is a limit people meet. */
  readonly maxFileBytes: number | undefined
  readonly fileSystem: string
}

/** Kinds of file systems by the number that statfs gives (statfs(2)). */
const fileSystems: Readonly<Record<number, { readonly name: string; readonly maxFileBytes?: number }>> = {
  0x4d44: { name: 'FAT32', maxFileBytes: 4_294_967_295 },
  0x2011bab0: { name: 'exFAT' },
  0xef53: { name: 'ext4' },
  0x9123683e: { name: 'btrfs' },
  0x58465342: { name: 'xfs' },
  0x01021994: { name: 'tmpfs' },
  0x5346544e: { name: 'ntfs' },
}

/** Measures the folder of a file that is to be made there. Throws RefusedError when it cannot be written. */
export async function measurePlace(target: string): Promise<Place> {
  const folder = dirname(target)
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    const { type, bavail, bsize } = await statfs(folder)
    const known = fileSystems[type]
    return {
      freeBytes: bavail * bsize,
      maxFileBytes: known?.maxFileBytes,
      fileSystem: known?.name ?? 'this file system',
    }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    throw new RefusedError(
      {
        code: isMissing ? 'not-found' : 'read-only',
        title: isMissing ? `There is no folder ${folder}` : `Nothing can be written to ${folder}`,
        ...(error instanceof Error && { evidence: error.message }),
        cure: { text: isMissing ? 'Make it, or choose another.' : 'Choose a folder of yours.' },
      },
      error,
    )
  }
}

/** Throws RefusedError when so much does not fit there. `spread`: over several files of limited size. */
export function refuseTooLarge(target: string, place: Place, requiredBytes: number, spread: boolean): void {
  if (place.maxFileBytes !== undefined && requiredBytes > place.maxFileBytes && !spread)
    throw new RefusedError({
      code: 'no-space',
      title: `${basename(target)} does not fit on ${place.fileSystem}`,
      evidence: `It may take ${requiredBytes} bytes; a file there ends at ${place.maxFileBytes}.`,
      cure: {
        text: 'Use another place (exFAT or ext4), split it afterwards, or choose VMDK in pieces.',
        command: '--format vmdk --option subformat=twoGbMaxExtentSparse',
      },
    })
  if (requiredBytes > place.freeBytes)
    throw new RefusedError({
      code: 'no-space',
      title: `There is not enough space in ${dirname(target)}`,
      evidence: `It needs ${requiredBytes} bytes, ${place.freeBytes} are free.`,
      cure: { text: 'Free some space, choose another place, or compress it.', command: `df -h ${dirname(target)}` },
    })
}

/** Whether files there can be read or written past the page cache. */
export async function takesDirectIo(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  const probe = kind === 'file' ? path : join(path, '.direct-io')
  const flags = kind === 'file' ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT | constants.O_EXCL
  try {
    await (await open(probe, flags | constants.O_DIRECT, 0o600)).close()
    return true
  } catch {
    return false
  } finally {
    if (kind === 'folder') await unlink(probe).catch(() => undefined)
  }
}

/** The part of a file that lies in memory, 0..1, as fincore of util-linux counts it; 0 where it is not installed. */
export async function cachedPart(path: string, signal: AbortSignal): Promise<number> {
  try {
    const { stdout } = await runCommand(['fincore', '--bytes', '--noheadings', '--raw', '--output', 'RES,SIZE', path], {
      signal,
      timeoutMs: 2_000,
    })
    const [resident = 0, size = 0] = stdout.trim().split(/\s+/).map(Number)
    return size > 0 ? Math.min(1, resident / size) : 0
  } catch (error) {
    if (error instanceof CommandError && error.reason !== 'cancelled') return 0
    throw error
  }
}
