import { stat, statfs } from 'node:fs/promises'

import type { DiskImport } from '#contract/vm-build'
import { RefusedError } from '../../refused-error.ts'

const STAT_BLOCK_BYTES = 512
/** Left free on the disk, in bytes. */
const MARGIN_BYTES = 32 * 1024 * 1024

/** Refuses copies that have no room where machines are kept. Moves within one file system take none. */
export async function checkBuildRoom(folder: string, imports: readonly DiskImport[]): Promise<void> {
  const [space, here] = await Promise.all([statfs(folder), stat(folder)])
  let needed = MARGIN_BYTES
  for (const { from, mode } of imports) {
    const found = await stat(from)
    if (mode === 'copy' || found.dev !== here.dev) needed += found.blocks * STAT_BLOCK_BYTES
  }
  const free = space.bavail * space.bsize
  if (imports.length === 0 || free >= needed) return
  const [need, have] = [needed, free].map((bytes) => `${Math.ceil(bytes / 1024 / 1024)} MiB`)
  throw new RefusedError({
    code: 'no-space',
    title: 'There is no room for a copy of the disk',
    evidence: `it needs up to ${need}, and ${have} are free`,
    cure: { text: 'Free some space, move the disk instead, or use it where it lies.', command: `df -h ${folder}` },
  })
}
