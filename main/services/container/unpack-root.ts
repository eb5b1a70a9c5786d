import { type ArchiveFindings, ArchiveRefused } from '../../domain/container/archive-gate.ts'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { CommandError } from '../../system/process/run-command.ts'
import { RefusedError } from '../refused-error.ts'
import { runInIdMap, unpackSandbox } from './in-id-map.ts'
import { archiveFormat, inspectTar } from './read-archive.ts'

/** What tells how far an unpacking is. */
export interface UnpackWork {
  readonly signal: AbortSignal
  progress(at: { readonly phase: string; readonly doneBytes?: number; readonly totalBytes?: number }): void
}

/** Processor time that unpacking may take, in seconds: ten times what the largest root file system needs. */
const CPU_LIMIT_S = 600
const MAX_ENTRIES = 200_000

/**
 * Unpacks an archive of a root file system into an empty folder: first every header passes the gate, then tar writes, in
 * a sandbox in which there is only that folder. Throws RefusedError; the folder is the caller's to remove.
 */
export async function unpackRoot(
  path: string,
  folder: string,
  idMap: IdMap,
  work: UnpackWork,
): Promise<ArchiveFindings> {
  try {
    const format = await archiveFormat(path)
    if (format === 'squashfs') return await unpackSquashfs(path, folder, idMap, work)
    work.progress({ phase: 'Checking the archive' })
    const findings = await inspectTar(path, format, {
      signal: work.signal,
      onBytes: (doneBytes) => work.progress({ phase: 'Checking the archive', doneBytes }),
    })
    work.progress({ phase: 'Unpacking', totalBytes: findings.totalBytes })
    const command = [
      'tar',
      '--extract',
      '--file=/archive',
      '--numeric-owner',
      '--preserve-permissions',
      '--exclude=./dev/*',
      '--exclude=dev/*',
    ]
    await runInIdMap(idMap, [...limited(), ...unpackSandbox(path, folder), ...command], { signal: work.signal })
    return findings
  } catch (error) {
    throw archiveFailure(path, error)
  }
}

async function unpackSquashfs(path: string, folder: string, idMap: IdMap, work: UnpackWork): Promise<ArchiveFindings> {
  work.progress({ phase: 'Unpacking' })
  const command = [
    'unsquashfs',
    '-quiet',
    '-no-progress',
    '-no-exit-code',
    '-no-xattrs',
    '-force',
    '-dest',
    '/into',
    '/archive',
  ]
  await runInIdMap(idMap, [...limited(), ...unpackSandbox(path, folder), ...command], { signal: work.signal })
  const { entries, totalBytes } = await measureTree(folder, idMap)
  if (entries > MAX_ENTRIES) throw new ArchiveRefused(`it has more than ${MAX_ENTRIES} entries`)
  return { entries, totalBytes, leftOut: ['device files: the container makes its own'] }
}

/** Counts what lies in a folder of a container's users. */
export async function measureTree(folder: string, idMap: IdMap): Promise<{ entries: number; totalBytes: number }> {
  const script = `find "$0" -xdev -printf '%b\\n' | awk '{ n++; s += $1 } END { printf "%d %.0f", n, s * 512 }'`
  const { stdout } = await runInIdMap(idMap, ['sh', '-c', script, folder], { timeoutMs: 300_000 })
  const [entries = 0, totalBytes = 0] = stdout.split(' ').map(Number)
  return { entries, totalBytes }
}

const limited = () => ['prlimit', `--cpu=${CPU_LIMIT_S}`, '--']

function archiveFailure(path: string, error: unknown): unknown {
  const title = `${path} cannot be used as a root file system`
  if (error instanceof ArchiveRefused)
    return new RefusedError({
      code: 'invalid',
      title,
      evidence: error.message,
      cause: 'The archive is damaged, made to do harm, or of another kind.',
      cure: { text: 'Get it from its maker again and compare the checksum. Nothing of it has been kept.' },
    })
  if (!(error instanceof CommandError) || error.reason === 'cancelled') return error
  const words = error.stderrTail.trim()
  const full = /No space left|Disk quota/i.test(words)
  return new RefusedError(
    {
      code: full ? 'no-space' : 'invalid',
      title: full ? 'There is no space left to unpack the root file system' : title,
      // Of many complaints only the last are kept, the first of those not whole.
      evidence: words.split('\n').find((line) => /^(tar|unsquashfs|FATAL)/.test(line)) ?? words.split('\n')[0] ?? '',
      cure: {
        text: full ? 'Free some space and try again. Nothing of it has been kept.' : 'Nothing of it has been kept.',
      },
      raw: words,
    },
    error,
  )
}
