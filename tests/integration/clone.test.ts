import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { VmDraftInput } from '#contract/vm-spec'
import { checkDisk, expectDisk, writeDisk } from '../support/disk-contents.ts'
import { type LocalPetri, localPetri } from '../support/local-petri.ts'
import { endedJob, jobResult } from '../support/run-job.ts'

const MIB = 1024 * 1024
const CLUSTER = 65_536
const draft: VmDraftInput = {
  name: 'Source',
  architecture: 'x86_64',
  memoryMiB: 64,
  disks: [{ id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' }],
}

describe('a clone', () => {
  it('is full: it reads the same, has no part in its source’s snapshots, and needs nobody', async () => {
    await using petri = await localPetri()
    const { id, root } = await source(petri)
    writeDisk(root, 1)
    const one = String((await jobResult(petri.app, 'snapshot.create', { id, name: 'One' }))['snapshotId'])
    writeDisk(root, 2)
    const copy = await clone(petri, { id, name: 'Present' })
    const past = await clone(petri, { id, name: 'Past', snapshotId: one })
    expectDisk(copy.root, 2)
    expectDisk(past.root, 1)
    expect((await petri.call('snapshot.list', { id: copy.id })).snapshots).toEqual([])
    await petri.call('vm.delete', { id })
    for (const each of [copy, past]) {
      checkDisk(each.root)
      await petri.call('vm.start', { id: each.id })
      expect(await petri.state(each.id)).toMatchObject({ kind: 'running' })
    }
  })

  it('is linked five deep: each reads its own, all run at once, and no deletion breaks one', async () => {
    await using petri = await localPetri()
    const first = await source(petri)
    const family = [first]
    for (let depth = 0; depth < 5; depth++) {
      const parent = family[depth] ?? first
      writeDisk(parent.root, depth + 1, depth * CLUSTER)
      family.push(await clone(petri, { id: parent.id, name: `Clone ${depth + 1}`, kind: 'linked' }))
    }
    const last = family[5] ?? first
    for (let depth = 0; depth < 5; depth++) expectDisk(last.root, depth + 1, depth * CLUSTER)
    // What a parent writes afterwards is its own affair.
    writeDisk(first.root, 99)
    expectDisk(last.root, 1)
    for (const { id } of family) await petri.call('vm.start', { id })
    for (const { id } of family) await petri.call('vm.powerOff', { id })

    const { spec } = await petri.call('vm.show', { id: last.id })
    expect(spec?.disks[0]?.backing).toHaveLength(5)
    for (const { id } of family.slice(0, 5)) {
      const failure = await petri.refused('vm.delete', { id })
      expect(failure).toMatchObject({ code: 'in-use', title: expect.stringContaining('Clone 5') })
    }
    // Leaves first; what is still there starts after each.
    for (const gone of family.toReversed()) {
      await petri.call('vm.delete', { id: gone.id })
      for (const each of family.slice(0, family.indexOf(gone))) {
        checkDisk(each.root)
        await petri.call('vm.start', { id: each.id })
        await petri.call('vm.powerOff', { id: each.id })
      }
    }
  })

  it('that is linked keeps the work on disks off what it lies upon', async () => {
    await using petri = await localPetri()
    const { id, folder, root } = await source(petri)
    writeDisk(root, 7)
    const linked = await clone(petri, { id, kind: 'linked' })
    const frozen = (await readdir(folder)).find((name) => name.startsWith('base-')) ?? ''
    const base = join(folder, frozen)
    const merged = { path: linked.root, backing: [base] }
    const asked = [
      endedJob(petri.app, 'disk.resize', { path: base, sizeBytes: 64 * MIB }),
      endedJob(petri.app, 'disk.compact', { path: base }),
      endedJob(petri.app, 'disk.check', { path: base, repair: 'all' }),
      endedJob(petri.app, 'disk.commit', merged),
    ]
    for (const { state } of await Promise.all(asked))
      expect(state).toMatchObject({
        kind: 'failed',
        failure: { code: 'in-use', title: expect.stringContaining(frozen) },
      })
    expectDisk(linked.root, 7)
  })

  it('that is linked comes back from the trash only onto the disks that it needs', async () => {
    await using petri = await localPetri()
    const { id, root } = await source(petri)
    writeDisk(root, 7)
    const linked = await clone(petri, { id, kind: 'linked' })
    const cloneTrash = await petri.call('vm.delete', { id: linked.id })
    const sourceTrash = await petri.call('vm.delete', { id })
    const failure = await petri.refused('vm.restore', cloneTrash)
    expect(failure).toMatchObject({ code: 'conflict', cure: { command: `petri restore ${sourceTrash.trashId}` } })
    // The clone would be lost with them, so they do not go alone.
    expect(await petri.refused('vm.trash.empty', { trashIds: [sourceTrash.trashId] })).toMatchObject({
      code: 'in-use',
      cure: { command: `petri trash empty ${sourceTrash.trashId} ${cloneTrash.trashId}` },
    })
    await petri.call('vm.restore', sourceTrash)
    await petri.call('vm.restore', cloneTrash)
    expectDisk(linked.root, 7)
    await petri.call('vm.start', { id: linked.id })
  })

  it('is linked to a snapshot of a machine that runs, and has snapshots of its own', async () => {
    await using petri = await localPetri()
    const { id, root, folder } = await source(petri)
    writeDisk(root, 4)
    await petri.call('vm.start', { id })
    const live = String((await jobResult(petri.app, 'snapshot.create', { id }))['snapshotId'])
    expect(await petri.refused('vm.clone', { id, kind: 'linked' })).toMatchObject({ code: 'conflict' })
    const one = await clone(petri, { id, name: 'One', kind: 'linked', snapshotId: live })
    const two = await clone(petri, { id, name: 'Two', kind: 'linked', snapshotId: live })
    expect((await readdir(folder)).filter((name) => name.startsWith('base-'))).toHaveLength(1)
    await petri.call('vm.start', { id: one.id })
    const own = String((await jobResult(petri.app, 'snapshot.create', { id: one.id }))['snapshotId'])
    await petri.call('vm.powerOff', { id: one.id })
    writeDisk(one.root, 5)
    await jobResult(petri.app, 'snapshot.revert', { id: one.id, snapshotId: own, memory: false })
    expectDisk(one.root, 4)
    expectDisk(two.root, 4)
    expect(await petri.call('vm.dependants', { id })).toEqual([
      { id: one.id, name: 'One' },
      { id: two.id, name: 'Two' },
    ])
  })

  it('that is linked never opens what its disk names of itself', async () => {
    await using petri = await localPetri()
    const { id } = await source(petri)
    const linked = await clone(petri, { id, kind: 'linked' })
    const { execFileSync } = await import('node:child_process')
    execFileSync('qemu-img', ['rebase', '-u', '-f', 'qcow2', '-F', 'raw', '-b', '/etc/passwd', linked.root])
    expect(await petri.refused('vm.start', { id: linked.id })).toMatchObject({
      problems: [{ code: 'disk-refers-to-file', message: expect.stringContaining('/etc/passwd') }],
    })
    const { spec } = await petri.call('vm.show', { id: linked.id })
    if (!spec) throw new Error('no spec')
    const disks = spec.disks.map(({ backing: _backing, ...disk }) => disk)
    expect(await petri.refused('vm.update', { spec: { ...spec, disks } })).toMatchObject({ code: 'invalid' })
  })

  it('that is cancelled leaves nothing', async () => {
    await using petri = await localPetri()
    const { id, root, folder } = await source(petri)
    writeDisk(root, 1, 0, 4 * MIB)
    const end = petri.app.subscribe((event) => {
      if (event.kind === 'job.changed' && event.job.state.kind === 'running')
        void petri.app.dispatch('job.cancel', { id: event.job.id })
    })
    const { state } = await endedJob(petri.app, 'vm.clone', { id, name: 'Never' })
    end()
    expect(state.kind).toBe('cancelled')
    expect((await petri.call('vm.list', {})).map(({ name }) => name)).not.toContain('Never')
    expect((await readdir(join(folder, '..'))).filter((name) => name.startsWith('.'))).toEqual([])
    await petri.call('vm.start', { id })
  })
})

async function source(petri: LocalPetri) {
  const { id } = await petri.call('vm.create', { draft, newDisks: { root: 8 * MIB } })
  return await machine(petri, id)
}

async function clone(
  petri: LocalPetri,
  params: { id: string; name?: string; kind?: 'full' | 'linked'; snapshotId?: string },
) {
  return await machine(petri, String((await jobResult(petri.app, 'vm.clone', params))['id']))
}

async function machine(petri: LocalPetri, id: string) {
  const { folder } = await petri.call('vm.show', { id })
  return { id, folder, root: join(folder, 'root.qcow2') }
}
