import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import type { VmDraftInput } from '#contract/vm-spec'
import { checkDisk, expectDisk, writeDisk } from '../support/disk-contents.ts'
import { localPetri } from '../support/local-petri.ts'
import { jobResult } from '../support/run-job.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { soakSize } from './soak-size.ts'

const cycles = soakSize({ short: 3, full: 200 })
const seed = Number(process.env['PETRI_SEED'] ?? 20_261)
const MIB = 1024 * 1024
/** The disk is looked at as so many blocks, each filled with one byte. */
const BLOCKS = 12
const BLOCK_BYTES = 3 * 65_536 + 512
/** Snapshots kept at a time. */
const KEPT = 6

const draft: VmDraftInput = {
  name: 'Subject',
  architecture: 'x86_64',
  memoryMiB: 128,
  disks: [
    { id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' },
    { id: 'data', path: 'data.qcow2', format: 'qcow2', bus: 'virtio' },
  ],
}

for (const firmware of ['bios', 'uefi'] as const)
  it(`${cycles} cycles of snapshot, write, revert and delete (${firmware}): the disks hold what the model says`, async () => {
    await using petri = await localPetri()
    const random = seededRandom(seed)
    const newDisks = { root: 16 * MIB, data: 16 * MIB }
    const { id } = await petri.call('vm.create', { draft: { ...draft, firmware: { kind: firmware } }, newDisks })
    const { folder } = await petri.call('vm.show', { id })
    const paths = ['root.qcow2', 'data.qcow2'].map((name) => join(folder, name))
    let present: readonly number[] = paths.flatMap(() => Array.from({ length: BLOCKS }, () => 0))
    const saved = new Map<string, readonly number[]>()
    const counts = { live: 0, disksLive: 0, off: 0, reverts: 0, revertsRunning: 0, deletes: 0, deletesLive: 0 }
    const isOn = async () => (await petri.state(id)).kind === 'running'
    const pick = () => [...saved.keys()][random(saved.size)] ?? ''

    for (let cycle = 0; cycle < cycles; cycle++) {
      // A snapshot: of a machine that is off, that runs, or of the disks of one that runs.
      const how = random(3)
      if (how > 0 && !(await isOn())) await petri.call('vm.start', { id })
      if (how === 0) await petri.app.dispatch('vm.powerOff', { id })
      counts[how === 0 ? 'off' : how === 1 ? 'live' : 'disksLive'] += 1
      const taken = await jobResult(petri.app, 'snapshot.create', { id, name: `Cycle ${cycle}`, memory: how === 1 })
      saved.set(String(taken['snapshotId']), present)

      // A write, as the guest's would be.
      await petri.app.dispatch('vm.powerOff', { id })
      const block = random(present.length)
      const byte = 1 + random(255)
      writeDisk(paths[Math.floor(block / BLOCKS)] ?? '', byte, (block % BLOCKS) * BLOCK_BYTES, BLOCK_BYTES)
      present = present.with(block, byte)

      if (random(2) === 0) {
        if (random(2) === 0) {
          await petri.call('vm.start', { id })
          counts.revertsRunning += 1
        }
        const snapshotId = pick()
        const keepPresent = random(3) === 0
        const { keptAs } = await jobResult(petri.app, 'snapshot.revert', { id, snapshotId, keepPresent })
        if (typeof keptAs === 'string') saved.set(keptAs, present)
        present = saved.get(snapshotId) ?? []
        counts.reverts += 1
      }
      while (saved.size > KEPT) {
        if (random(2) === 0) {
          await petri.app.dispatch('vm.start', { id })
          counts.deletesLive += 1
        }
        const snapshotId = pick()
        await jobResult(petri.app, 'snapshot.delete', { id, snapshotId })
        saved.delete(snapshotId)
        counts.deletes += 1
      }

      await petri.app.dispatch('vm.powerOff', { id })
      for (const [index, byteThere] of present.entries())
        expectDisk(paths[Math.floor(index / BLOCKS)] ?? '', byteThere, (index % BLOCKS) * BLOCK_BYTES, BLOCK_BYTES)
      const names = await readdir(folder)
      for (const name of names.filter((each) => each.endsWith('.qcow2'))) checkDisk(join(folder, name))
      expect(names.filter((name) => /partial|unfinished|tmp$/.test(name))).toEqual([])
      const { snapshots } = await petri.call('snapshot.list', { id })
      expect(snapshots.map((each) => each.id).toSorted()).toEqual([...saved.keys()].toSorted())
    }
    console.log(`seed ${seed}, ${firmware}: ${cycles} cycles, ${JSON.stringify(counts)}`)
  }, 1_800_000)
