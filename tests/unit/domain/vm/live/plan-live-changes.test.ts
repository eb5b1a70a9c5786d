import { describe, expect, it } from 'vitest'

import { applyLiveStep } from '../../../../../main/domain/vm/live/live-step.ts'
import { planLiveChanges } from '../../../../../main/domain/vm/live/plan-live-changes.ts'
import { type VmSpec, vmSpecSchema } from '#contract/vm-spec'

const forward = (hostPort: number) => ({ protocol: 'tcp', hostAddress: '127.0.0.1', hostPort, guestPort: 22 }) as const
const disk = (id: string, bus = 'virtio') => ({ id, path: `${id}.qcow2`, format: 'qcow2', bus })
const user = (...hostPorts: readonly number[]) => ({ kind: 'user', forwards: hostPorts.map(forward) })
const card = (id: string, backend: unknown, model = 'virtio') => ({ id, model, backend })

function spec(fields: Readonly<Record<string, unknown>> = {}): VmSpec {
  return vmSpecSchema.parse({
    version: 1,
    id: 'web',
    uuid: '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d',
    name: 'Web',
    createdAt: '2026-01-01T00:00:00Z',
    architecture: 'x86_64',
    memoryMiB: 512,
    networks: [card('lan', user(8080))],
    ...fields,
  })
}

describe('planLiveChanges', () => {
  it('has nothing to do between equal specs', () => {
    expect(planLiveChanges(spec(), spec())).toEqual({ steps: [], problems: [] })
  })

  it('turns every difference that a running machine takes into a step, what frees something first', () => {
    const stored = spec({
      disks: [disk('old')],
      cdroms: [
        { id: 'a', path: '/a.iso', bus: 'sata' },
        { id: 'b', path: null, bus: 'sata' },
      ],
      networks: [card('lan', user(8080)), card('gone', user())],
    })
    const wanted = spec({
      name: 'Web server',
      memoryTargetMiB: 256,
      disks: [disk('new')],
      cdroms: [
        { id: 'a', path: null, bus: 'sata' },
        { id: 'b', path: '/b.iso', bus: 'sata' },
      ],
      networks: [card('lan', user(8081)), card('more', user(9000))],
    })
    const { steps, problems } = planLiveChanges(stored, wanted)
    expect(problems).toEqual([])
    expect(steps.map(({ kind }) => kind)).toEqual([
      'describe',
      'remove-forward',
      'eject-disc',
      'remove-disk',
      'remove-card',
      'add-disk',
      'add-card',
      'insert-disc',
      'add-forward',
      'set-memory',
    ])
    expect(steps.reduce(applyLiveStep, stored)).toEqual(wanted)
  })

  it('changes a disc in place, and gives all memory back', () => {
    const stored = spec({ memoryTargetMiB: 128, cdroms: [{ id: 'a', path: '/a.iso', bus: 'sata' }] })
    const wanted = spec({ cdroms: [{ id: 'a', path: '/b.iso', bus: 'sata' }] })
    expect(planLiveChanges(stored, wanted).steps).toEqual([
      { kind: 'insert-disc', drive: 'a', path: '/b.iso' },
      { kind: 'set-memory', memoryTargetMiB: undefined },
    ])
  })

  it.each([
    ['memory', { memoryMiB: 1024 }, 'memoryMiB'],
    ['processors', { cpu: { cores: 2 } }, 'cpu.cores'],
    ['a drive that is added', { cdroms: [{ id: 'a', path: null, bus: 'sata' }] }, 'cdroms'],
    ['another cache for a disk', { disks: [{ ...disk('root'), cache: 'none' }] }, 'disks[0].cache'],
    ['another kind of cable', { networks: [card('lan', { kind: 'none' })] }, 'networks[0].backend.kind'],
    ['a SATA disk', { disks: [disk('root'), disk('more', 'sata')] }, 'disks[1].bus'],
    ['a SCSI disk without controller', { disks: [disk('root'), disk('more', 'virtio-scsi')] }, 'disks[1].bus'],
    ['a USB card', { networks: [card('lan', user(8080)), card('usb', user(), 'usb-net')] }, 'networks[1].model'],
    ['another order', { boot: { menu: true } }, 'boot.menu'],
  ])('says that %s needs the machine to be off', (_, fields, field) => {
    const stored = spec({ disks: [disk('root')] })
    const { problems } = planLiveChanges(stored, spec({ disks: [disk('root')], ...fields }))
    expect(problems.map((problem) => problem.field)).toContain(field)
    expect(problems.every(({ code, severity }) => code === 'needs-off' && severity === 'error')).toBe(true)
  })

  it('refuses a way out for a machine whose sandbox was started without a network', () => {
    const stored = spec({ networks: [card('lan', { kind: 'none' })] })
    const wanted = spec({ networks: [card('lan', { kind: 'none' }), card('out', user())] })
    expect(planLiveChanges(stored, wanted).problems).toMatchObject([{ field: 'networks[1].backend' }])
  })

  it('plugs nothing into a board without a bus for it', () => {
    const stored = spec({ machineType: 'microvm' })
    expect(planLiveChanges(stored, spec({ machineType: 'microvm', disks: [disk('a')] })).problems).toHaveLength(1)
  })
})

describe('applyLiveStep', () => {
  it('changes nothing the second time', () => {
    const before = spec()
    for (const step of planLiveChanges(before, spec({ disks: [disk('a')], networks: [card('lan', user(1, 2))] }))
      .steps) {
      const once = applyLiveStep(before, step)
      expect(applyLiveStep(once, step)).toEqual(once)
    }
  })
})
