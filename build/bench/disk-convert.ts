import { rm } from 'node:fs/promises'

import { openDiskPlace } from './disk-place.ts'
import { median, printMeasure } from './measure.ts'

/**
 * Raw to qcow2, 4 GiB of data, in ms, medians of alternating runs: `disk-convert` against bare qemu-img
 * with the same flags, `disk-convert-default` against `qemu-img convert` with its own. Each round has another order, and
 * what the run before left to be written is on the disk before the next begins: nobody pays for another's work.
 */
const ROUNDS = 6

await using place = await openDiskPlace(1)
const kinds = ['petri', 'same', 'plain'] as const
const times: Record<(typeof kinds)[number], number[]> = { petri: [], same: [], plain: [] }
const measures = {
  petri: withPetri,
  same: async () => await bareWith(await place.flags(place.nextTarget(), 'none')),
  plain: () => bareWith(['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', place.source, place.nextTarget()]),
}
for (let round = 0; round <= ROUNDS; round += 1) {
  for (let turn = 0; turn < kinds.length; turn += 1) {
    const kind = kinds[(round + turn) % kinds.length] ?? 'petri'
    await place.bare(['sync'])
    const took = await measures[kind]()
    // The first round warms up.
    if (round > 0) times[kind].push(took)
  }
}
printMeasure('disk-convert', median(times.petri), 'ms', median(times.same))
printMeasure('disk-convert-default', median(times.petri), 'ms', median(times.plain))

async function withPetri(): Promise<number> {
  const target = place.nextTarget()
  const began = performance.now()
  const wish = {
    source: place.source,
    target,
    format: 'qcow2',
    options: {},
    verify: false,
    backing: [],
    confirmDevice: false,
  } as const
  const { jobId } = await place.disks.convert({ ...wish, backing: [] })
  await place.ended(jobId)
  const took = performance.now() - began
  await rm(target)
  return took
}

async function bareWith(argv: readonly string[]): Promise<number> {
  const took = await place.bare(argv)
  await rm(argv.at(-1) ?? '')
  return took
}
