import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

import type { ReadableFileSystem } from '#contract/readable-file-systems'
import { readerInit, readerScript, readerSign, type ReaderWish } from '../../domain/disk/reader-guest.ts'
import { CommandError } from '../../system/process/run-command.ts'
import { runDiskTool } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import type { SourceDisk } from './open-source.ts'
import { printable } from './walk-chain.ts'

const SECTOR = 512
/** As much of the serial output as is read, in bytes. */
const MAX_SAID = 2 ** 20
const MEMORY_MIB = 256
/** Of QEMU: the guest's memory, its code buffer and threads, in bytes of address space. */
const ADDRESS_SPACE = 8 * 2 ** 30
const manifestSchema = z.object({ commandLine: z.string() })

export interface ReaderRun {
  readonly source: SourceDisk
  readonly partition: number
  readonly fileSystem: ReadableFileSystem
  readonly wish: ReaderWish
  /** For `pack`: what is packed, one a line. */
  readonly names?: string
  /** A folder for what the guest writes; it gets `out`. */
  readonly scratch: string
  /** The folder of the Starter, whose kernel reads the disk. */
  readonly starterFolder: string | undefined
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

/**
 * Starts the Starter's kernel in QEMU, in the sandbox, without network, with the disk read-only, and waits for its end: a
 * file system of a stranger's is read by a kernel that has nothing to lose. Gives the path of what it wrote.
 */
export async function runReader(run: ReaderRun): Promise<string> {
  const { fileSystem, partition, scratch, signal, source, timeoutMs, wish } = run
  const guest = await starter(run.starterFolder)
  const script = join(scratch, 'script')
  const names = join(scratch, 'names')
  await writePadded(script, readerScript(wish, fileSystem, partition))
  await writePadded(names, run.names ?? '')
  const [out, said] = [join(scratch, 'out'), join(scratch, 'said')]
  const argv = [
    ...(['qemu-system-x86_64', '-nodefaults', '-no-user-config', '-display', 'none', '-machine', 'pc'] as const),
    ...['-accel', 'tcg', '-cpu', 'max', '-m', String(MEMORY_MIB), '-no-reboot'],
    ...['-kernel', guest.kernel, '-initrd', guest.initrd, '-append', `${guest.commandLine} ${readerInit}`],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...drive('disk', source.format, source.path),
    ...drive('script', 'raw', script),
    ...drive('names', 'raw', names),
    ...['-device', 'virtio-serial-pci', '-chardev', `file,id=out,path=${escaped(out)}`],
    ...['-device', 'virtserialport,chardev=out,name=petri'],
    ...['-chardev', `file,id=said,path=${escaped(said)}`, '-serial', 'chardev:said'],
  ] as const
  const failure = await runDiskTool([...argv], {
    readOnly: [...source.files, guest.kernel, guest.initrd],
    writable: [scratch],
    limits: { addressSpaceBytes: ADDRESS_SPACE, ...(timeoutMs !== undefined && { timeoutMs }) },
    signal,
  }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  signal.throwIfAborted()
  if (failure !== undefined && !(failure instanceof CommandError)) throw failure
  const words = await readText(said, MAX_SAID).catch(() => '')
  const end = words.split(/\r?\n/).findLast((line) => line.includes(readerSign))
  if (failure === undefined && end?.includes(`${readerSign} done`)) return out
  throw notRead(source.path, fileSystem, end?.split(readerSign)[1]?.trim(), words, failure)
}

function drive(id: string, format: string, path: string): readonly string[] {
  const file = { driver: 'file', filename: path, 'read-only': true, locking: 'off' }
  const node = { driver: format, 'node-name': id, 'read-only': true, file }
  return ['-blockdev', JSON.stringify(node), '-device', JSON.stringify({ driver: 'virtio-blk-pci', drive: id })]
}

const escaped = (path: string) => path.replaceAll(',', ',,')

async function starter(folder: string | undefined) {
  const at = folder === undefined ? undefined : join(folder, 'x86_64')
  try {
    if (at === undefined) throw new Error('no Starter')
    const { commandLine } = manifestSchema.parse(JSON.parse(await readFile(join(at, 'manifest.json'), 'utf8')))
    return { kernel: join(at, 'vmlinuz'), initrd: join(at, 'reader.img'), commandLine }
  } catch (error) {
    throw new RefusedError(
      {
        code: 'unavailable',
        title: 'Files inside disks cannot be read here',
        cause: 'The Starter for x86-64, whose kernel reads them, is not there.',
        cure: { text: 'Build it: npm start makes it from packages of the distribution.' },
      },
      error,
    )
  }
}

/** Whole sectors, filled up with ends of lines, which mean nothing to a shell. */
async function writePadded(path: string, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const missing = Math.max(SECTOR, Math.ceil(bytes.length / SECTOR) * SECTOR) - bytes.length
  await writeFile(path, Buffer.concat([bytes, Buffer.alloc(missing, '\n')]), { mode: 0o600, flag: 'wx' })
}

function notRead(
  path: string,
  fileSystem: string,
  end: string | undefined,
  said: string,
  failure: unknown,
): RefusedError {
  const missing = /tar: (.*): No such file or directory/.exec(said)?.[1]
  if (missing !== undefined)
    return new RefusedError(
      { code: 'not-found', title: `There is no ${printable(missing.replace(/^\.\//, ''))} on this disk` },
      failure,
    )
  const kernel = said
    .split(/\r?\n/)
    .findLast((line) =>
      /(?:EXT4-fs|FAT-fs|ISOFS|XFS|BTRFS|exFAT-fs|SQUASHFS).*(?:error|fail|corrupt|invalid|can't)|I\/O error|^tar: |unable to read|bad /i.test(
        line,
      ),
    )
  return new RefusedError(
    {
      code: 'command-failed',
      title: `The ${fileSystem} of this disk could not be read`,
      evidence: printable((kernel ?? end ?? said.trim().split('\n').at(-1) ?? path).replace(/^\[[^\]]*\] */, '')),
      cause: 'It is damaged, or its system left it in the middle of its work.',
      cure: {
        text: 'Make a machine of the disk, and let its own system repair it.',
        command: 'petri disk machine FILE',
      },
    },
    failure,
  )
}

/** As much of a file as `most` bytes, as text. */
export async function readText(path: string, most: number): Promise<string> {
  await using file = await open(path)
  const { size } = await file.stat()
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, most)), 0, Math.min(size, most), 0)
  return buffer.toString('utf8', 0, bytesRead)
}
