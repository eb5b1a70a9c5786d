import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import type { ChainLink } from '#contract/disk'
import type { Failure } from '#contract/failure'
import { encryptedWords } from '../../domain/vm/qcow2-header.ts'
import { RefusedError } from '../refused-error.ts'
import { blockDevice } from './block-device.ts'
import { lookAtFile } from './look-at-file.ts'
import { ownSecretFile } from './own-secret-file.ts'
import { printable, walkChain } from './walk-chain.ts'

/** A disk that has passed the gate: everything that a tool needs to open it, and nothing else. */
export interface SourceDisk {
  /** Real path, without links. */
  readonly path: string
  /** In QEMU's words; also `gzip`, `xz`, `zstd` and `ova`, which are unpacked first. */
  readonly format: string
  readonly subformat: string | undefined
  readonly virtualBytes: number | undefined
  readonly fileBytes: number
  readonly allocatedBytes: number
  /** All files to bind, the disk itself first. */
  readonly files: readonly string[]
  readonly isDevice: boolean
  /** A file with the passphrase of an encrypted disk. */
  readonly secretFile?: string | undefined
  /** The file itself first, then what lies below it. */
  readonly chain: readonly ChainLink[]
}

export interface OpenWish {
  readonly path: string
  /** The files below it that may be read. */
  readonly backing?: readonly string[]
  readonly sourceFormat?: 'raw' | undefined
  readonly confirmDevice?: boolean
  /** A file with the passphrase, where the disk is encrypted. */
  readonly secretFile?: string | undefined
  /** The caller unpacks. */
  readonly packed?: boolean
}

const packedFormats = new Set(['gzip', 'xz', 'zstd', 'ova'])

/**
 * Takes a disk through the gate. Throws RefusedError that says what was found, in fewer than 300 characters, for
 * everything that is not a disk by itself or with the files that were allowed by name.
 */
export async function openSource(wish: OpenWish): Promise<SourceDisk> {
  const path = await realPath(wish.path)
  const looked = await lookAtFile(path)
  if (looked === 'block device') return await blockDevice(path, wish.confirmDevice ?? false)
  if (looked === 'folder')
    throw refusal(path, 'It is a folder', 'Name one of the files in it.', `petri disk info ${basename(path)}/`)
  if (typeof looked === 'string') throw refusal(path, `It is a ${looked}, not a file`)
  const { sizeBytes, allocatedBytes } = looked
  const facts = wish.sourceFormat === 'raw' ? { format: 'raw', virtualBytes: sizeBytes } : looked.facts
  const { format } = facts
  if (format === undefined)
    throw refusal(path, `Petri cannot tell its format${facts.unsafe === undefined ? '' : `: ${facts.unsafe}`}`)
  const isLocked = format === 'qcow2' && facts.unsafe === encryptedWords
  if (isLocked && wish.secretFile === undefined)
    throw refusal(path, sentence(encryptedWords), 'Convert it with its passphrase in a file.', '--secret-file FILE')
  if (facts.unsafe !== undefined && !isLocked) throw refusal(path, sentence(facts.unsafe))
  if (sizeBytes === 0) throw refusal(path, 'It is empty: 0 bytes')
  if (format === 'raw' && sizeBytes < 512 && wish.sourceFormat !== 'raw')
    throw refusal(path, `It has ${sizeBytes} bytes: less than one sector, no disk`)
  if (packedFormats.has(format) && !wish.packed)
    throw refusal(
      path,
      `It is packed (${format})`,
      'Convert it first; that unpacks it.',
      `petri disk convert FILE NEW.qcow2`,
    )
  if (format === 'ovf')
    throw refusal(path, 'It describes a machine and is no disk', 'Import it.', 'petri disk import FILE')
  const chain = await allowedChain(path, { ...looked, facts }, wish.backing ?? [])
  const extents = await extentFiles(path, facts.extents ?? [])
  return {
    path,
    format: format === 'iso' ? 'raw' : format,
    subformat: facts.subformat,
    virtualBytes: facts.virtualBytes,
    fileBytes: sizeBytes,
    allocatedBytes,
    files: [...chain.map((link) => link.path), ...extents],
    isDevice: false,
    ...(isLocked && wish.secretFile !== undefined && { secretFile: await ownSecretFile(wish.secretFile) }),
    chain,
  }
}

async function allowedChain(
  path: string,
  looked: Parameters<typeof walkChain>[1],
  backing: readonly string[],
): Promise<readonly ChainLink[]> {
  const chain = await walkChain(path, looked)
  const below = chain.slice(1)
  const problem = below.find((link) => link.problem !== undefined)
  if (problem) throw refusal(path, `It needs ${printable(problem.path)}. ${problem.problem ?? ''}`)
  const allowed = new Set(await Promise.all(backing.map((file) => realpath(file).catch(() => file))))
  const closed = below.find((link) => !allowed.has(link.path))
  if (closed)
    throw refusal(
      path,
      `It needs another file: ${printable(closed.path)}`,
      'A file from elsewhere could pull in any file of yours so. If it is meant to, allow each file by name.',
      below
        .map((link) => `--backing ${basename(link.path)}`)
        .join(' ')
        .slice(0, 90),
    )
  return chain
}

/** The pieces of a disk beside its description: regular files themselves, no links to elsewhere. */
async function extentFiles(path: string, names: readonly string[]): Promise<readonly string[]> {
  const files: string[] = []
  for (const name of names) {
    const file = join(dirname(path), name)
    const found = await lstat(file).catch(() => undefined)
    if (!found) throw refusal(path, `Its piece ${printable(name)} is missing`)
    if (!found.isFile()) throw refusal(path, `Its piece ${printable(name)} is not a file but a link or a device`)
    const looked = await lookAtFile(file)
    if (typeof looked === 'string') throw refusal(path, `Its piece ${printable(name)} is a ${looked}`)
    files.push(file)
  }
  return files
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new RefusedError(
      {
        code: isMissing ? 'not-found' : 'invalid',
        title: `There is no file ${printable(path)}`,
        ...(!isMissing && error instanceof Error && { evidence: error.message.slice(0, 150) }),
      },
      error,
    )
  }
}

function refusal(path: string, found: string, cure?: string, command?: string): RefusedError {
  const failure: Failure = {
    code: 'invalid',
    title: `${shortName(path)} is not opened`,
    evidence: found.slice(0, 180),
    ...(cure !== undefined && { cure: { text: cure, ...(command !== undefined && { command }) } }),
  }
  return new RefusedError(failure)
}

function shortName(path: string): string {
  const name = printable(basename(path))
  return name.length > 48 ? `${name.slice(0, 45)}…` : name
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
