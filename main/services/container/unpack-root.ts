import { type ArchiveFindings, ArchiveRefused, createArchiveGate } from '../../domain/container/archive-gate.ts'
import { squashfsEntry, squashfsPattern } from '../../domain/container/squashfs-listing.ts'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { CommandError } from '../../system/process/run-command.ts'
import { RefusedError } from '../refused-error.ts'
import { extractTar, limited } from './extract-tar.ts'
import { runInIdMap, unpackSandbox } from './in-id-map.ts'
import { archiveFormat, inspectTar } from './read-archive.ts'

/** What tells how far an unpacking is. */
export interface UnpackWork {
  readonly signal: AbortSignal
  progress(at: { readonly phase: string; readonly doneBytes?: number; readonly totalBytes?: number }): void
}

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
    await extractTar(path, folder, idMap, { signal: work.signal, leaveOut: findings.leftOutNames })
    return findings
  } catch (error) {
    throw archiveFailure(path, error)
  }
}

async function unpackSquashfs(path: string, folder: string, idMap: IdMap, work: UnpackWork): Promise<ArchiveFindings> {
  work.progress({ phase: 'Checking the archive' })
  const findings = await inspectSquashfs(path, folder, idMap, work.signal)
  work.progress({ phase: 'Unpacking', totalBytes: findings.totalBytes })
  const leaveOut = findings.leftOutNames.map((name) => `${squashfsPattern(name)}\n`).join('')
  const command = ['unsquashfs', '-quiet', '-no-progress', '-no-xattrs', '-force', '-dest', '/into']
  // It opens the list by a name, which a pipe has and Node's own kind of pipe has not.
  const listed = ['sh', '-c', 'cat | "$@"', 'sh', ...command, '-exclude-file', '/dev/stdin', '/archive']
  const whole = leaveOut === '' ? [...command, '/archive'] : listed
  await runInIdMap(idMap, [...limited(), ...unpackSandbox(path, folder), ...whole], {
    signal: work.signal,
    input: leaveOut,
  })
  return findings
}

/** Lets the gate judge everything that unsquashfs lists. Throws ArchiveRefused or CommandError. */
async function inspectSquashfs(
  path: string,
  folder: string,
  idMap: IdMap,
  signal: AbortSignal,
): Promise<ArchiveFindings> {
  const gate = createArchiveGate()
  const stop = new AbortController()
  let refusal: Error | undefined
  let rest = ''
  const onOutput = (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    try {
      for (const entry of lines.filter((line) => line !== '').map(squashfsEntry)) if (entry) gate.look(entry)
    } catch (error) {
      refusal ??= error instanceof Error ? error : new Error(String(error))
      stop.abort()
    }
  }
  try {
    await runInIdMap(idMap, [...limited(), ...unpackSandbox(path, folder), 'unsquashfs', '-lln', '/archive'], {
      signal: AbortSignal.any([signal, stop.signal]),
      onOutput,
    })
  } catch (error) {
    throw refusal ?? error
  }
  if (refusal !== undefined) throw refusal
  return gate.findings()
}

/** Counts what lies in a folder of a container's users. */
export async function measureTree(folder: string, idMap: IdMap): Promise<{ entries: number; totalBytes: number }> {
  const script = `find "$0" -xdev -printf '%b\\n' | awk '{ n++; s += $1 } END { printf "%d %.0f", n, s * 512 }'`
  const { stdout } = await runInIdMap(idMap, ['sh', '-c', script, folder], { timeoutMs: 300_000 })
  const [entries = 0, totalBytes = 0] = stdout.split(' ').map(Number)
  return { entries, totalBytes }
}

/** What went wrong with an archive, for a person. */
export function archiveFailure(path: string, error: unknown): unknown {
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
