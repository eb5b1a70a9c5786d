import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { VmDraftInput } from '#contract/vm-spec'
import { checkDisk, expectDisk, writeDisk } from '../support/disk-contents.ts'
import { type LocalPetri, localPetri } from '../support/local-petri.ts'
import { jobResult } from '../support/run-job.ts'

const MIB = 1024 * 1024
const disk = { id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' } as const
const draft: VmDraftInput = {
  name: 'Subject',
  architecture: 'x86_64',
  memoryMiB: 64,
  disks: [disk, { ...disk, id: 'data', path: 'data.qcow2' }],
}

describe('snapshots', () => {
  it('keep the disks of a machine that is off, and give each state back', async () => {
    await using petri = await localPetri()
    const { id, root, data } = await subject(petri)
    writeDisk(root, 1)
    writeDisk(data, 11)
    const one = await take(petri, id, 'One')
    writeDisk(root, 2)
    const two = await take(petri, id, 'Two')
    writeDisk(root, 3)
    writeDisk(data, 13)
    const before = await petri.call('snapshot.list', { id })
    expect(before.here).toMatchObject({ parent: two, changed: true })
    expect(before.snapshots.map(({ name, parent }) => [name, parent])).toEqual([
      ['One', null],
      ['Two', one],
    ])
    const outlook = await petri.call('snapshot.outlook', { id, snapshotId: one, action: 'revert' })
    expect(outlook.losses[0]).toContain('since “Two”')

    const { keptAs } = await jobResult(petri.app, 'snapshot.revert', { id, snapshotId: one })
    expectDisk(root, 1)
    expectDisk(data, 11)
    expect((await petri.call('snapshot.list', { id })).here).toMatchObject({ parent: one, changed: false })
    // The present state was kept without being asked.
    await jobResult(petri.app, 'snapshot.revert', { id, snapshotId: String(keptAs) })
    expectDisk(root, 3)
    expectDisk(data, 13)
    await jobResult(petri.app, 'snapshot.delete', { id, snapshotId: one })
    await jobResult(petri.app, 'snapshot.revert', { id, snapshotId: two })
    expectDisk(root, 2)
    const { snapshots } = await petri.call('snapshot.list', { id })
    expect(snapshots.map(({ name, parent }) => [name, parent])).toEqual([
      ['Two', null],
      ['Before going back to One', two],
    ])
    checkDisk(root)
    checkDisk(data)
  })

  it('keep the memory of a machine that runs, with UEFI variables and a picture, and bring it back running', async () => {
    await using petri = await localPetri()
    const { id, root, folder } = await subject(petri, {
      firmware: { kind: 'uefi' },
      memoryMiB: 128,
      display: { kind: 'vnc', device: 'std' },
    })
    await petri.call('vm.start', { id })
    const live = await take(petri, id, 'Live')
    expect(await petri.state(id)).toMatchObject({ kind: 'running' })
    const { snapshots, canHoldMemory } = await petri.call('snapshot.list', { id })
    expect(canHoldMemory).toBe(true)
    expect(snapshots[0]).toMatchObject({ memory: true, thumbnail: true })
    expect(snapshots[0]?.memoryBytes).toBeGreaterThan(MIB)
    const { base64 } = await petri.call('snapshot.thumbnail', { id, snapshotId: live })
    expect(
      Buffer.from(base64 ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')

    const disksOnly = String(
      (await jobResult(petri.app, 'snapshot.create', { id, name: 'Disks', memory: false }))['snapshotId'],
    )
    await petri.call('vm.powerOff', { id })
    writeDisk(root, 5)
    await jobResult(petri.app, 'snapshot.revert', { id, snapshotId: live })
    expect(await petri.state(id)).toMatchObject({ kind: 'running' })
    // From the running machine to disks alone: it is switched off for it, and its memory was kept.
    const { keptAs } = await jobResult(petri.app, 'snapshot.revert', { id, snapshotId: disksOnly })
    expect(await petri.state(id)).toMatchObject({ kind: 'stopped' })
    const kept = (await petri.call('snapshot.list', { id })).snapshots.find((each) => each.id === keptAs)
    expect(kept).toMatchObject({ memory: true, automatic: true })
    await petri.call('vm.start', { id })
    await jobResult(petri.app, 'snapshot.delete', { id, snapshotId: live })
    await petri.call('vm.powerOff', { id })
    checkDisk(root)
    checkDisk(join(folder, 'uefi-vars.qcow2'))
  })

  it('are refused with a reason: raw disks, no disk, a suspended machine', async () => {
    await using petri = await localPetri()
    const raw = await petri.call('vm.create', {
      draft: { ...draft, name: 'Raw', disks: [{ ...disk, format: 'raw', path: 'root.raw' }] },
      newDisks: { root: MIB },
    })
    expect(await petri.refused('snapshot.create', { id: raw.id })).toMatchObject({
      code: 'invalid',
      evidence: expect.stringContaining('raw'),
      cure: { text: expect.stringContaining('Convert') },
    })
    const none = await petri.call('vm.create', { draft: { ...draft, name: 'None', disks: [] } })
    expect(await petri.refused('snapshot.create', { id: none.id })).toMatchObject({
      problems: [{ code: 'snapshot-needs-disk' }],
    })
    const { id } = await subject(petri)
    await petri.call('vm.start', { id })
    await petri.call('vm.suspend', { id })
    expect(await petri.refused('snapshot.create', { id })).toMatchObject({
      code: 'conflict',
      evidence: expect.stringContaining('suspended'),
    })
  })

  it('are one action of one machine at a time', async () => {
    await using petri = await localPetri()
    const { id } = await subject(petri)
    const [first, second] = await Promise.all([
      petri.app.dispatch('snapshot.create', { id, name: 'First' }),
      petri.app.dispatch('snapshot.create', { id, name: 'Second' }),
    ])
    expect([first.ok, second.ok].filter(Boolean)).toHaveLength(1)
    const refused = [first, second].flatMap((outcome) => (outcome.ok ? [] : [outcome.failure]))[0]
    expect(refused).toMatchObject({ code: 'conflict', title: expect.stringContaining('making a snapshot of Subject') })
  })

  it('undo what a crash left of one, and end what it left of a way back', async () => {
    await using petri = await localPetri()
    const { id, root, data, folder } = await subject(petri)
    writeDisk(root, 1)
    writeDisk(data, 1)
    const one = await take(petri, id, 'One')
    writeDisk(root, 2)
    writeDisk(data, 2)
    // As a crash in the middle leaves it: one disk is back, the other is not.
    await petri.restart(async () => {
      await writeFile(join(folder, 'unfinished.json'), JSON.stringify({ kind: 'revert', snapshotId: one }))
    })
    await petri.call('vm.rename', { id, name: 'Renamed' })
    expect(existsSync(join(folder, 'unfinished.json'))).toBe(false)
    expectDisk(root, 1)
    expectDisk(data, 1)
    await petri.restart(async () => {
      await writeFile(
        join(folder, 'unfinished.json'),
        JSON.stringify({ kind: 'create', snapshotId: 'snap-000000000000' }),
      )
    })
    expect(await petri.call('vm.rename', { id, name: 'Subject' })).toEqual({})
    expect((await readdir(join(folder, 'snapshots'))).toSorted()).toEqual(['here.json', `${one}.json`])
  })
})

async function subject(petri: LocalPetri, more: Partial<VmDraftInput> = {}) {
  const newDisks = { root: 8 * MIB, data: 4 * MIB }
  const { id } = await petri.call('vm.create', { draft: { ...draft, ...more }, newDisks })
  const { folder } = await petri.call('vm.show', { id })
  return { id, folder, root: join(folder, 'root.qcow2'), data: join(folder, 'data.qcow2') }
}

async function take(petri: LocalPetri, id: string, name: string): Promise<string> {
  return String((await jobResult(petri.app, 'snapshot.create', { id, name }))['snapshotId'])
}
