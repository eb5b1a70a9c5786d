import { rm } from 'node:fs/promises'

import { openDiskPlace } from './disk-place.ts'
import { median, printMeasure } from './measure.ts'

/**
 * Raw to qcow2, 4 GiB of data, in ms, medians of alternating runs: `disk-convert` against bare qemu-img
 * with the same flags, `disk-convert-default` against `qemu-img convert` with its own.
 */
const RUNS = 5

await using place = await openDiskPlace(1)
const [petri, same, plain]: [number[], number[], number[]] = [[], [], []]
for (let run = 0; run <= RUNS; run += 1) {
  const times = [
    await withPetri(),
    await bareWith(await place.flags(place.nextTarget(), 'none')),
    await bareWith(['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', place.source, place.nextTarget()]),
  ] as const
  // The first round warms up.
  if (run === 0) continue
  petri.push(times[0])
  same.push(times[1])
  plain.push(times[2])
}
printMeasure('disk-convert', median(petri), 'ms', median(same))
printMeasure('disk-convert-default', median(petri), 'ms', median(plain))

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
