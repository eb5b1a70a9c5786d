import { rm, stat } from 'node:fs/promises'

import { openDiskPlace } from './disk-place.ts'
import { printMeasure, printRounds } from './measure.ts'

/**
 * Raw to compressed qcow2, in ms, against `qemu-img convert -c` with its default flags; `disk-compress-size` in bytes.
 */
const RUNS = 3

await using place = await openDiskPlace(0.25)
const [petri, plain]: [number[], number[]] = [[], []]
const sizes = { petri: 0, plain: 0 }
for (let run = 0; run < RUNS; run += 1) {
  const target = place.nextTarget()
  const began = performance.now()
  const wish = {
    source: place.source,
    target,
    format: 'qcow2',
    options: {},
    compress: 'zstd',
    verify: false,
    confirmDevice: false,
  } as const
  const { jobId } = await place.disks.convert({ ...wish, backing: [] })
  await place.ended(jobId)
  petri.push(performance.now() - began)
  sizes.petri = (await stat(target)).size
  const other = place.nextTarget()
  plain.push(await place.bare(['qemu-img', 'convert', '-c', '-f', 'raw', '-O', 'qcow2', place.source, other]))
  sizes.plain = (await stat(other)).size
  await Promise.all([rm(target), rm(other)])
}
printRounds('disk-compress', petri, 'ms', plain)
printMeasure('disk-compress-size', sizes.petri, 'bytes', sizes.plain)
