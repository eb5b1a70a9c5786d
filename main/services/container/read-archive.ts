import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import {
  type ArchiveFindings,
  type ArchiveGate,
  ArchiveRefused,
  createArchiveGate,
} from '../../domain/container/archive-gate.ts'
import { readFirstBytes } from '../../system/files/read-first-bytes.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { sandboxOptions } from '../qemu/run-sandboxed.ts'

export type ArchiveFormat = 'tar' | 'tar.gz' | 'tar.xz' | 'tar.zst' | 'tar.bz2' | 'squashfs'

/** What unpacks each compression, reading /archive. The limits keep a crafted file from taking the host's memory. */
const DECOMPRESSORS: Readonly<Partial<Record<ArchiveFormat, readonly string[]>>> = {
  'tar.xz': ['xz', '--decompress', '--stdout', '--memlimit-decompress=512MiB', '/archive'],
  'tar.zst': ['zstd', '--decompress', '--stdout', '--quiet', '--memory=256MB', '/archive'],
  'tar.bz2': ['bzip2', '--decompress', '--stdout', '/archive'],
}

/** Tells an archive's format by its first bytes, never by its name. Throws `ArchiveRefused`. */
export async function archiveFormat(path: string): Promise<ArchiveFormat> {
  const facts = await stat(path)
  if (!facts.isFile()) throw new ArchiveRefused('it is not a regular file')
  const head = await readFirstBytes(path, 265)
  const starts = (...bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte)
  if (starts(0x1f, 0x8b)) return 'tar.gz'
  if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)) return 'tar.xz'
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'tar.zst'
  if (starts(0x42, 0x5a, 0x68)) return 'tar.bz2'
  if (starts(0x68, 0x73, 0x71, 0x73)) return 'squashfs'
  if (Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar') return 'tar'
  throw new ArchiveRefused('it is neither a tar file (plain, gzip, xz, zstd, bzip2) nor squashfs')
}

/**
 * Reads every header of a tar file and lets the gate judge it; nothing is written. `onBytes` hears how much of the
 * unpacked stream has been read. Throws `ArchiveRefused`.
 */
export async function inspectTar(
  path: string,
  format: ArchiveFormat,
  options: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<ArchiveFindings> {
  const gate = createArchiveGate()
  await readHeaders(path, format, gate, options)
  return gate.findings()
}

/** The same for an archive that is one of several: the judgement over all of them is the caller's to ask for. */
export async function readHeaders(
  path: string,
  format: ArchiveFormat,
  gate: Pick<ArchiveGate, 'look'>,
  options: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<void> {
  const { extract } = await import('tar-stream')
  const { stream, end } = openUnpacked(path, format)
  const parser = extract()
  let bytes = 0
  try {
    await new Promise<void>((resolve, reject) => {
      const onAbort = () =>
        reject(options.signal.reason instanceof Error ? options.signal.reason : new Error('cancelled'))
      options.signal.addEventListener('abort', onAbort, { once: true })
      if (options.signal.aborted) onAbort()
      parser.on('entry', (header, content, next) => {
        try {
          gate.look({
            name: header.name,
            type: header.type ?? 'file',
            sizeBytes: header.size ?? 0,
            mode: header.mode ?? 0,
            linkName: header.linkname ?? undefined,
          })
        } catch (error) {
          return reject(error instanceof Error ? error : new Error(String(error)))
        }
        content.on('end', next)
        content.on('error', reject)
        content.resume()
      })
      parser.on('finish', resolve)
      parser.on('error', (error) => reject(new ArchiveRefused(error.message)))
      stream.on('error', (error: Error) => reject(new ArchiveRefused(error.message)))
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        options.onBytes(bytes)
      })
      stream.pipe(parser)
    })
  } finally {
    end()
    parser.destroy()
  }
}

function openUnpacked(path: string, format: ArchiveFormat): { readonly stream: Readable; readonly end: () => void } {
  const command = DECOMPRESSORS[format]
  if (command === undefined) {
    const file = createReadStream(path, { highWaterMark: 1024 * 1024 })
    const stream = format === 'tar.gz' ? file.pipe(createGunzip()) : file
    file.on('error', (error) => stream.destroy(error))
    return { stream, end: () => (file.destroy(), stream.destroy()) }
  }
  const [program, ...args] = withoutDescriptors([
    ...['bwrap', ...sandboxOptions, '--die-with-parent', '--ro-bind', path, '/archive', '--', ...command],
  ])
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => (words = `${words}${chunk.toString()}`.slice(-500)))
  child.on('error', (error) => child.stdout.destroy(error))
  child.on('exit', (code) => {
    if (code !== 0 && code !== null) child.stdout.destroy(new Error(words.trim().split('\n').at(-1) ?? 'it is damaged'))
  })
  return { stream: child.stdout, end: () => void child.kill('SIGKILL') }
}
