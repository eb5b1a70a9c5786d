import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import type { VmDraftInput } from '#contract/vm-spec'
import type { ReachPoint } from '../../../main/services/vm/reach.ts'
import { buildScript } from '../../support/build-script.ts'
import { checkDisk, expectDisk, writeDisk } from '../../support/disk-contents.ts'
import { type LocalPetri, localPetri } from '../../support/local-petri.ts'
import { jobResult } from '../../support/run-job.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { soakSize } from '../soak-size.ts'

type Action = 'snapshot' | 'live-snapshot' | 'revert' | 'remove' | 'freeze'

const kills = soakSize({ short: 1, full: 12 })
const all: readonly (readonly [Action, ReachPoint])[] = [
  ['snapshot', 'snapshot.begun'],
  ['snapshot', 'snapshot.taken'],
  ['snapshot', 'snapshot.recorded'],
  ['live-snapshot', 'snapshot.begun'],
  ['live-snapshot', 'snapshot.taken'],
  ['live-snapshot', 'snapshot.recorded'],
  ['revert', 'revert.begun'],
  ['revert', 'revert.applied'],
  ['revert', 'revert.saved'],
  ['remove', 'remove.begun'],
  ['remove', 'remove.done'],
  ['freeze', 'freeze.begun'],
  ['freeze', 'freeze.linked'],
  ['freeze', 'freeze.replaced'],
  ['freeze', 'freeze.saved'],
]
/** The short version takes one point of each action. */
const points = soakSize({
  short: all.filter(([, point]) => /taken|applied|done|replaced/.test(point)),
  full: all,
})

const MIB = 1024 * 1024
const disk = { id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' } as const
const draft: VmDraftInput = { name: 'Subject', architecture: 'x86_64', memoryMiB: 64, disks: [disk] }

let script = ''
beforeAll(async () => {
  const folder = await temporaryFolder()
  script = await buildScript('tests/soak/kill-points/dying-owner.ts', folder.path)
})

describe(`${kills} kills at each of ${points.length} points leave the states before or the states after`, () => {
  it.each(points)(
    '%s at %s',
    async (action, point) => {
      for (let count = 0; count < kills; count++) {
        await using petri = await localPetri()
        const machine = await subject(petri)
        await petri.restart(async () => await dieAt(petri.home, action, point))
        // Whatever is done next settles what was cut off.
        expect(await petri.call('vm.rename', { id: 'subject', name: 'Renamed' })).toEqual({})
        await petri.call('vm.rename', { id: 'frozen', name: 'Renamed' })
        await petri.app.dispatch('vm.powerOff', { id: 'subject' })
        await expectSettled(petri, action, machine)
      }
    },
    900_000,
  )
})

/** Two states: “One” holds 1 on both disks, the present holds 2. */
async function subject(petri: LocalPetri) {
  const disks = [disk, { ...disk, id: 'data', path: 'data.qcow2' }]
  const { id } = await petri.call('vm.create', {
    draft: { ...draft, disks },
    newDisks: { root: 8 * MIB, data: 8 * MIB },
  })
  const frozen = await petri.call('vm.create', { draft: { ...draft, name: 'Frozen' }, newDisks: { root: 8 * MIB } })
  const { folder } = await petri.call('vm.show', { id })
  const { folder: frozenFolder } = await petri.call('vm.show', { id: frozen.id })
  const paths = ['root.qcow2', 'data.qcow2'].map((name) => join(folder, name))
  for (const path of paths) writeDisk(path, 1)
  writeDisk(join(frozenFolder, 'root.qcow2'), 7)
  const one = String((await jobResult(petri.app, 'snapshot.create', { id, name: 'One' }))['snapshotId'])
  for (const path of paths) writeDisk(path, 2)
  return { folder, paths, one, frozenRoot: join(frozenFolder, 'root.qcow2') }
}

async function dieAt(home: string, action: Action, point: ReachPoint): Promise<void> {
  const child = spawn(process.execPath, [script, home, action, point], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = child.stdout.toArray()
  const [, signal] = await once(child, 'exit')
  expect({ signal, said: Buffer.concat(await said).toString() }).toEqual({ signal: 'SIGKILL', said: '' })
}

async function expectSettled(
  petri: LocalPetri,
  action: Action,
  { folder, paths, one, frozenRoot }: Awaited<ReturnType<typeof subject>>,
): Promise<void> {
  const machines = await readdir(join(folder, '..'))
  expect(machines.filter((name) => name.startsWith('.'))).toEqual([])
  expect(existsSync(join(folder, 'unfinished.json'))).toBe(false)
  const { snapshots, here } = await petri.call('snapshot.list', { id: 'subject' })
  const known = snapshots.map(({ id }) => id).toSorted()
  for (const path of paths) {
    checkDisk(path)
    expect(tagsIn(path)).toEqual(known)
  }
  if (here.parent !== null) expect(known).toContain(here.parent)
  const present = action === 'revert' ? 1 : 2 // a way back that was begun is gone to its end
  for (const path of paths) expectDisk(path, present)
  if (action === 'remove') expect(known).toEqual([])
  else {
    await jobResult(petri.app, 'snapshot.revert', { id: 'subject', snapshotId: one })
    for (const path of paths) expectDisk(path, 1)
  }
  expectDisk(frozenRoot, 7)
  await petri.call('vm.start', { id: 'frozen' })
  await petri.call('vm.powerOff', { id: 'frozen' })
  const clone = String((await jobResult(petri.app, 'vm.clone', { id: 'frozen', kind: 'linked' }))['id'])
  expectDisk(join((await petri.call('vm.show', { id: clone })).folder, 'root.qcow2'), 7)
}

function tagsIn(path: string): readonly string[] {
  const text = execFileSync('qemu-img', ['snapshot', '-l', path], { encoding: 'utf8' })
  return (text.match(/snap-[0-9a-f]{12}/g) ?? []).toSorted()
}
