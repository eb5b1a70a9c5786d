import { rm } from 'node:fs/promises'

import { openDiskPlace } from './disk-place.ts'
import { printRounds } from './measure.ts'

/**
 * Raw to qcow2, 4 GiB of data, in ms, medians of alternating runs: `disk-convert` against bare qemu-img
 * with the same flags, `disk-convert-default` against `qemu-img convert` with its own. Of each pair now one and now the
 * other goes first, so that each is as often the one that finds the disk busy with what the other left.
 */
const ROUNDS = { same: 16, plain: 4 } as const

await using place = await openDiskPlace(1)
const bare = {
  same: async () => await bareWith(await place.flags(place.nextTarget(), 'none')),
  plain: () => bareWith(['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', place.source, place.nextTarget()]),
}
await withPetri() // warms up
await compare('disk-convert', 'same')
await compare('disk-convert-default', 'plain')

async function compare(name: string, other: keyof typeof bare): Promise<void> {
  const [petri, others]: [number[], number[]] = [[], []]
  const runs = [async () => void petri.push(await withPetri()), async () => void others.push(await bare[other]())]
  for (let round = 0; round < ROUNDS[other]; round += 1)
    for (const run of round % 2 === 0 ? runs : runs.toReversed()) {
      await place.bare(['sync'])
      await run()
    }
  printRounds(name, petri, 'ms', others)
}

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
