import { rm } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'

import type { TargetFormat } from '#contract/disk'
import { optionProblem } from '../../domain/disk/format-options.ts'
import { CommandError } from '../../system/process/run-command.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { runDiskTool, workLimits } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import type { DiskContext } from './disk-context.ts'
import { lookAtFile } from './look-at-file.ts'
import { measurePlace, refuseTooLarge } from './measure-place.ts'
import { openSource } from './open-source.ts'
import { ownSecretFile, secretObject } from './own-secret-file.ts'
import { walkChain } from './walk-chain.ts'
import { openWorkFolder, refuseExisting } from './work-folder.ts'

/** As often as QEMU may fail to measure this host. */
const LUKS_ATTEMPTS = 8

export interface MakeWish {
  readonly path: string
  readonly format: TargetFormat
  readonly sizeBytes?: number | undefined
  readonly options: Readonly<Record<string, string>>
  readonly over?: string | undefined
  readonly secretFile?: string | undefined
}

/** Checks what can be known before; the same refusals as the work itself gives. */
export async function checkMake(wish: MakeWish): Promise<void> {
  const problems = Object.entries(wish.options).flatMap(
    ([name, value]) => optionProblem(wish.format, name, value) ?? [],
  )
  if (wish.over === undefined && wish.sizeBytes === undefined) problems.push('A new disk needs a size.')
  if (wish.over !== undefined && wish.format !== 'qcow2') problems.push('A layer over another disk is qcow2.')
  if (wish.secretFile !== undefined && wish.format !== 'qcow2') problems.push('An encrypted disk is qcow2.')
  if (problems.length > 0)
    throw new RefusedError({
      code: 'invalid',
      title: 'The disk cannot be made like this',
      problems: problems.map((message) => ({ field: 'options', code: 'option', severity: 'error' as const, message })),
    })
  await refuseExisting(wish.path)
  const place = await measurePlace(wish.path)
  const isWritten =
    ['falloc', 'full'].includes(wish.options['preallocation'] ?? '') ||
    wish.options['subformat'] === 'fixed' ||
    wish.options['subformat'] === 'monolithicFlat'
  const isRawOnFat = wish.format === 'raw' && place.maxFileBytes !== undefined
  if (wish.sizeBytes !== undefined && (isWritten || isRawOnFat)) refuseTooLarge(wish.path, place, wish.sizeBytes, false)
}

/** Makes an empty disk, or a layer over another one. */
export async function makeDisk(wish: MakeWish, context: DiskContext, work: JobWork): Promise<JobOutcome> {
  await checkMake(wish)
  const below = wish.over === undefined ? undefined : await openLayers(wish.over)
  await using folder = await openWorkFolder(wish.path, context.journal)
  const made = join(folder.path, basename(wish.path))
  const options = Object.entries({ ...(wish.format === 'vpc' && { force_size: 'on' }), ...wish.options }).map(
    ([name, value]) => `${name}=${value}`,
  )
  const secret = wish.secretFile === undefined ? undefined : await ownSecretFile(wish.secretFile)
  if (secret !== undefined) options.push('encrypt.format=luks', 'encrypt.key-secret=key')
  // A name relative to the layer survives moving both; the work folder lies one level deeper than the layer will.
  const layer = below && ['-b', relative(dirname(wish.path), below.path) || below.path, '-F', below.format, '-u']
  const size = wish.sizeBytes ?? below?.virtualBytes
  work.progress({ phase: 'Making the disk' })
  const argv = [
    ...(['qemu-img', 'create', '-q'] as const),
    ...(secret === undefined ? [] : secretObject(secret)),
    ...['-f', wish.format, ...(options.length > 0 ? ['-o', options.join(',')] : []), ...(layer ?? [])],
    ...[made, ...(size === undefined ? [] : [String(size)])],
  ] as const
  await withLuksRetries(async () => {
    await rm(made, { force: true })
    await runDiskTool(argv, {
      readOnly: [...(below?.files ?? []), ...(secret === undefined ? [] : [secret])],
      writable: [folder.path],
      limits: workLimits,
      signal: work.signal,
    })
  })
  await folder.publish(basename(wish.path))
  return { summary: `Made ${basename(wish.path)}.`, result: { path: wish.path, format: wish.format, sizeBytes: size } }
}

/**
 * QEMU measures how fast this host derives keys, and gives up when the clock of processor time stands still meanwhile
 * (seen with 7.2 on virtual hosts); the next measure mostly works.
 */
async function withLuksRetries(make: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make()
    } catch (error) {
      const isClock = error instanceof CommandError && error.stderrTail.includes('accurate CPU usage')
      if (!isClock || attempt === LUKS_ATTEMPTS) throw error
    }
  }
}

/** A disk of the user's own with everything below it: whoever puts a layer over it means all of it. */
async function openLayers(path: string) {
  const first = await openSource({ path }).catch((error: unknown) => error)
  if (!(first instanceof RefusedError)) return await openSource({ path })
  const looked = await lookAtFile(path)
  if (typeof looked === 'string') throw first
  const chain = await walkChain(path, looked)
  return await openSource({ path, backing: chain.slice(1).map((link) => link.path) })
}
