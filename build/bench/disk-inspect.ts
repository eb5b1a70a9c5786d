import { openDiskPlace } from './disk-place.ts'
import { printRounds } from './measure.ts'

/** `disk-inspect`: everything about a warm qcow2 of 4 GiB, in ms, against bare `qemu-img info`. At most 60 ms. */
const RUNS = 31

await using place = await openDiskPlace(0.25)
const target = place.nextTarget()
await place.bare(['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', place.source, target])
const [petri, bare]: [number[], number[]] = [[], []]
for (let run = 0; run < RUNS; run += 1) {
  const began = performance.now()
  await place.disks.info(target, new AbortController().signal)
  petri.push(performance.now() - began)
  bare.push(await place.bare(['qemu-img', 'info', '--output=json', '-f', 'qcow2', target]))
}
printRounds('disk-inspect', petri, 'ms', bare)
