import type { CallName } from '#contract/api'
import type { VmSpec } from '#contract/vm-spec'
import type { VmState } from '#contract/vm-state'

/** A machine to ask for something, with what the questions need. */
export interface Subject {
  readonly id: string
  readonly spec: VmSpec
  readonly diskSnapshot: string
  readonly memorySnapshot: string
  /** A file that can lie in a CD drive. */
  readonly disc: string
  /** A folder to share. */
  readonly shared: string
  /** Its disk's file. */
  readonly disk: string
  readonly freePort: number
}

export const states = ['stopped', 'running', 'paused', 'suspended', 'not-answering'] as const
export type AskedState = (typeof states)[number]

/** One thing that can be asked of a machine. */
export interface Operation {
  readonly title: string
  readonly call: CallName
  readonly params: (subject: Subject) => Readonly<Record<string, unknown>>
  /** One sign for each of `states`: `+` it is done, `-` it is refused with a reason. */
  readonly allowed: string
  /** The state in which it leaves a machine; without it, the state that it found. */
  readonly after?: VmState['kind'] | 'gone'
  /** Runs a second QEMU with the machine's identity, which is no part of its state. */
  readonly beside?: true
  /** Changes nothing: the machine serves for the next question. */
  readonly reads?: true
}

const id = ({ id: machine }: Subject) => ({ id: machine })
const past = (subject: Subject) => ({ id: subject.id, snapshotId: subject.diskSnapshot })
const live = (subject: Subject) => ({ id: subject.id, snapshotId: subject.memorySnapshot })
const always = '+++++'
const off = '+--+-'
const on = '-++--'
const still = '+++--'

/** Everything that the API can be asked about one machine. */
export const operations: readonly Operation[] = [
  { title: 'vm.list', call: 'vm.list', params: () => ({}), allowed: always, reads: true },
  { title: 'vm.show', call: 'vm.show', params: id, allowed: always, reads: true },
  { title: 'vm.preview', call: 'vm.preview', params: ({ spec }) => ({ draft: spec }), allowed: always, reads: true },
  { title: 'vm.command', call: 'vm.command', params: id, allowed: always, reads: true },
  { title: 'vm.commandDiff', call: 'vm.commandDiff', params: id, allowed: always, reads: true },
  { title: 'vm.script', call: 'vm.script', params: id, allowed: always, reads: true },
  { title: 'vm.dependants', call: 'vm.dependants', params: id, allowed: always, reads: true },
  { title: 'vm.accept', call: 'vm.accept', params: id, allowed: always },
  { title: 'vm.rename', call: 'vm.rename', params: (s) => ({ ...id(s), name: 'Renamed' }), allowed: always },
  { title: 'vm.tag', call: 'vm.tag', params: (s) => ({ ...id(s), add: ['lab'] }), allowed: always },
  {
    title: 'vm.update, other memory',
    call: 'vm.update',
    params: ({ spec }) => ({ spec: { ...spec, memoryMiB: 80 } }),
    allowed: '+----',
  },
  {
    title: 'vm.update, a template',
    call: 'vm.update',
    params: ({ spec }) => ({ spec: { ...spec, template: true } }),
    allowed: '+----',
  },
  {
    title: 'vm.setTemplate',
    call: 'vm.setTemplate',
    params: (s) => ({ ...id(s), template: true }),
    allowed: '+----',
  },
  {
    title: 'vm.update, another identity',
    call: 'vm.update',
    params: ({ spec }) => ({ spec: { ...spec, uuid: '11111111-1111-4111-8111-111111111111' } }),
    allowed: '-----',
  },
  { title: 'vm.start', call: 'vm.start', params: id, allowed: off, after: 'running' },
  { title: 'vm.pause', call: 'vm.pause', params: id, allowed: on, after: 'paused' },
  { title: 'vm.resume', call: 'vm.resume', params: id, allowed: on, after: 'running' },
  { title: 'vm.reset', call: 'vm.reset', params: id, allowed: on },
  { title: 'vm.shutdown', call: 'vm.shutdown', params: id, allowed: on, after: 'stopping' },
  { title: 'vm.powerOff', call: 'vm.powerOff', params: id, allowed: '-++-+', after: 'stopped' },
  { title: 'vm.suspend', call: 'vm.suspend', params: id, allowed: on, after: 'suspended' },
  { title: 'vm.discardSuspended', call: 'vm.discardSuspended', params: id, allowed: off, after: 'stopped' },
  {
    title: 'vm.throwaway',
    call: 'vm.throwaway',
    params: (s) => ({ ...id(s), cols: 80, rows: 24 }),
    allowed: off,
    beside: true,
  },
  { title: 'vm.proveBoot', call: 'vm.proveBoot', params: (s) => ({ ...id(s), limitSeconds: 5 }), allowed: off },
  { title: 'vm.bootProof', call: 'vm.bootProof', params: id, allowed: always, reads: true },
  { title: 'vm.stats', call: 'vm.stats', params: id, allowed: always, reads: true },
  { title: 'vm.screenshot', call: 'vm.screenshot', params: id, allowed: on },
  { title: 'vm.sendKeys', call: 'vm.sendKeys', params: (s) => ({ ...id(s), keys: ['ctrl', 'a'] }), allowed: '-+---' },
  { title: 'vm.type', call: 'vm.type', params: (s) => ({ ...id(s), text: 'ls' }), allowed: '-+---' },
  { title: 'vm.delete', call: 'vm.delete', params: id, allowed: off, after: 'gone' },
  {
    title: 'vm.restore, of one that is there',
    call: 'vm.restore',
    params: (s) => ({ trashId: s.id }),
    allowed: '-----',
  },
  { title: 'vm.duplicate', call: 'vm.duplicate', params: id, allowed: off },
  { title: 'vm.clone, full', call: 'vm.clone', params: (s) => ({ ...id(s), kind: 'full' }), allowed: off },
  { title: 'vm.clone, linked', call: 'vm.clone', params: (s) => ({ ...id(s), kind: 'linked' }), allowed: '+----' },
  {
    title: 'vm.clone, full, of a snapshot',
    call: 'vm.clone',
    params: (s) => ({ ...past(s), kind: 'full' }),
    allowed: '++++-',
  },
  {
    title: 'vm.clone, linked, of a snapshot',
    call: 'vm.clone',
    params: (s) => ({ ...live(s), kind: 'linked' }),
    allowed: '++++-',
  },
  { title: 'snapshot.list', call: 'snapshot.list', params: id, allowed: always, reads: true },
  { title: 'snapshot.show', call: 'snapshot.show', params: past, allowed: always, reads: true },
  { title: 'snapshot.thumbnail', call: 'snapshot.thumbnail', params: past, allowed: always, reads: true },
  {
    title: 'snapshot.outlook, revert',
    call: 'snapshot.outlook',
    params: (s) => ({ ...live(s), action: 'revert' }),
    allowed: always,
    reads: true,
  },
  {
    title: 'snapshot.outlook, delete',
    call: 'snapshot.outlook',
    params: (s) => ({ ...past(s), action: 'delete' }),
    allowed: always,
    reads: true,
  },
  { title: 'snapshot.create', call: 'snapshot.create', params: id, allowed: still },
  {
    title: 'snapshot.create, disks alone',
    call: 'snapshot.create',
    params: (s) => ({ ...id(s), memory: false }),
    allowed: still,
  },
  { title: 'snapshot.revert, to disks', call: 'snapshot.revert', params: past, allowed: still, after: 'stopped' },
  { title: 'snapshot.revert, to memory', call: 'snapshot.revert', params: live, allowed: still, after: 'running' },
  {
    title: 'snapshot.revert, without the memory',
    call: 'snapshot.revert',
    params: (s) => ({ ...live(s), memory: false }),
    allowed: still,
    after: 'stopped',
  },
  {
    title: 'snapshot.revert, keeping nothing',
    call: 'snapshot.revert',
    params: (s) => ({ ...past(s), keepPresent: false }),
    allowed: still,
    after: 'stopped',
  },
  {
    title: 'snapshot.revert, to one that is not there',
    call: 'snapshot.revert',
    params: (s) => ({ ...id(s), snapshotId: 'snap-000000000000' }),
    allowed: '-----',
  },
  { title: 'snapshot.delete, of disks', call: 'snapshot.delete', params: past, allowed: still },
  { title: 'snapshot.delete, with memory', call: 'snapshot.delete', params: live, allowed: still },
  { title: 'snapshot.note', call: 'snapshot.note', params: (s) => ({ ...past(s), notes: 'new' }), allowed: always },
  { title: 'forward.list', call: 'forward.list', params: id, allowed: always, reads: true },
  {
    title: 'forward.add',
    call: 'forward.add',
    params: (s) => ({ ...id(s), forward: { protocol: 'tcp', hostPort: s.freePort, guestPort: 22 } }),
    allowed: still,
  },
  {
    title: 'forward.remove, of none',
    call: 'forward.remove',
    params: (s) => ({ ...id(s), protocol: 'tcp', hostPort: s.freePort }),
    allowed: '-----',
  },
  { title: 'share.list', call: 'share.list', params: id, allowed: always, reads: true },
  { title: 'share.add', call: 'share.add', params: (s) => ({ ...id(s), path: s.shared }), allowed: '+----' },
  { title: 'share.remove, of none', call: 'share.remove', params: (s) => ({ ...id(s), name: 'x' }), allowed: '-----' },
  { title: 'media.insert', call: 'media.insert', params: (s) => ({ ...id(s), path: s.disc }), allowed: still },
  { title: 'media.eject, of none', call: 'media.eject', params: id, allowed: '-----' },
  { title: 'memory.target', call: 'memory.target', params: (s) => ({ ...id(s), memoryMiB: 48 }), allowed: still },
  { title: 'disk.check', call: 'disk.check', params: (s) => ({ path: s.disk }), allowed: '+--+-' },
  {
    title: 'disk.resize',
    call: 'disk.resize',
    params: (s) => ({ path: s.disk, sizeBytes: 9 * 1024 ** 2 }),
    allowed: '+----',
  },
  // Its snapshots would be lost.
  { title: 'disk.compact', call: 'disk.compact', params: (s) => ({ path: s.disk }), allowed: '-----' },
  {
    title: 'disk.export',
    call: 'disk.export',
    params: (s) => ({ ...id(s), target: `${s.shared}/${s.id}.ova` }),
    allowed: off,
  },
  {
    title: 'console.log',
    call: 'console.log',
    params: (s) => ({ target: { kind: 'serial', vmId: s.id, port: 0 } }),
    allowed: always,
    reads: true,
  },
]
