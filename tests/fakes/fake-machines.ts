import { type VmDraftInput, type VmSpec, vmSpecSchema } from '#contract/vm-spec'
import type { CommandDiff, VmCommand, VmEntry, VmState } from '#contract/vm-state'

const CREATED_AT = '2026-03-02T09:30:00.000Z'

/** A machine of the fake owner: its spec and the state it is in. */
export interface FakeMachine {
  readonly spec: VmSpec
  readonly state: VmState
  readonly readOnly?: boolean
}

export function fakeMachine(id: string, draft: VmDraftInput, state: VmState = { kind: 'stopped' }): FakeMachine {
  const number = Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0xffffffff, 7)
  const uuid = `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
  return { spec: vmSpecSchema.parse({ version: 1, id, uuid, createdAt: CREATED_AT, ...draft }), state }
}

export function fakeEntry({ spec, state, readOnly = false }: FakeMachine): VmEntry {
  return {
    kind: 'machine',
    id: spec.id,
    name: spec.name,
    architecture: spec.architecture,
    tags: spec.tags,
    memoryMiB: spec.memoryMiB,
    cpus: spec.cpu.sockets * spec.cpu.cores * spec.cpu.threads,
    serialPorts: spec.serialPorts,
    hasDisplay: spec.display.kind !== 'none',
    template: spec.template,
    acceleration: fakeAcceleration(spec),
    state,
    readOnly,
  }
}

export function fakeAcceleration(spec: { readonly architecture: string; readonly accelerator: string }) {
  const native = spec.architecture === 'x86_64' || spec.architecture === 'i386'
  if (native && spec.accelerator !== 'tcg') {
    return { accelerator: 'kvm', reason: 'A guest ran under KVM on this computer when Petri tried it.' } as const
  }
  return {
    accelerator: 'tcg',
    reason: native ? 'Emulated, as chosen in the settings.' : 'Emulated: this computer’s processor is x86-64.',
  } as const
}

/** A library that shows every state and every awkward name. */
export function showcaseMachines(): readonly FakeMachine[] {
  const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
  const kernel = { kernelPath: 'kernel', initrdPath: 'initrd', commandLine: 'console=ttyS0 quiet' }
  return [
    fakeMachine('starter', { name: 'Starter', architecture: 'x86_64', memoryMiB: 256, kernel, networks: [nat()] }),
    fakeMachine(
      'web',
      {
        name: 'web',
        architecture: 'x86_64',
        memoryMiB: 2048,
        cpu: { cores: 2 },
        tags: ['course', 'nginx'],
        notes: 'Serves the course pages.\nForward 8080 leads to nginx.',
        disks: [{ id: 'disk0', path: 'disk0.qcow2', format: 'qcow2', bus: 'virtio' }],
        cdroms: [{ id: 'cd0', path: '/srv/iso/debian-12.9.0-amd64-netinst.iso', bus: 'sata' }],
        sharedFolders: [{ id: 'pages', path: '/home/me/course/pages' }],
        networks: [nat([{ protocol: 'tcp', hostPort: 8080, guestPort: 80 }])],
        display: { kind: 'vnc', device: 'virtio-vga' },
      },
      { kind: 'running', pid: 4711, since: ago(95) },
    ),
    fakeMachine(
      'arm-dev',
      { name: 'Raspberry build', architecture: 'arm', memoryMiB: 1024, kernel, tags: ['arm'] },
      { kind: 'paused', pid: 4712, since: ago(3), reason: 'user' },
    ),
    fakeMachine(
      'arm64',
      { name: 'arm64 CI', architecture: 'aarch64', memoryMiB: 4096, cpu: { cores: 4 }, firmware: { kind: 'uefi' } },
      { kind: 'suspended', at: ago(600), sizeBytes: 812_000_000 },
    ),
    fakeMachine(
      'full',
      { name: 'database', architecture: 'x86_64', memoryMiB: 8192 },
      { kind: 'paused', pid: 4713, since: ago(1), reason: 'io-error' },
    ),
    fakeMachine(
      'stubborn',
      { name: 'stubborn guest', architecture: 'x86_64', memoryMiB: 512 },
      { kind: 'running', pid: 4714, since: ago(20), shutdownIgnored: true },
    ),
    fakeMachine(
      'hung',
      { name: 'hung', architecture: 'x86_64', memoryMiB: 512 },
      { kind: 'not-answering', pid: 4715, since: ago(4) },
    ),
    fakeMachine(
      'broken',
      {
        name: 'broken disk',
        architecture: 'riscv64',
        memoryMiB: 1024,
        disks: [{ id: 'disk0', path: '/srv/images/gone.qcow2', format: 'qcow2', bus: 'nvme' }],
      },
      {
        kind: 'stopped',
        lastExit: {
          kind: 'failed-to-start',
          message: 'QEMU ended before it answered: it could not open a disk.',
          exitCode: 1,
          stderrTail:
            'qemu-system-riscv64: -blockdev {"driver":"file","filename":"/srv/images/gone.qcow2"}: Could not open ’/srv/images/gone.qcow2’: No such file or directory',
          at: ago(12),
        },
      },
    ),
    fakeMachine('mute', {
      name: 'no serial port',
      architecture: 'i386',
      memoryMiB: 128,
      serialPorts: 0,
      machineType: 'pc',
      disks: [{ id: 'disk0', path: 'dos.img', format: 'raw', bus: 'ide' }],
    }),
    { ...fakeMachine('newer', { name: 'from the future', architecture: 'x86_64', memoryMiB: 1024 }), readOnly: true },
    fakeMachine('long', {
      name: 'A name that goes on for as long as is allowed, which is one hundred and twenty characters, and then stops just like that',
      architecture: 's390x',
      memoryMiB: 2048,
      tags: ['a-tag-that-is-forty-characters-long-too-'],
    }),
    fakeMachine('rtl', { name: 'مختبر الشبكات', architecture: 'ppc64', memoryMiB: 1536 }),
    fakeMachine(
      'emoji',
      { name: '🧫🔬 dish №1', architecture: 'x86_64', memoryMiB: 64 },
      { kind: 'suspending', pid: 4716, progress: 0.42 },
    ),
  ]
}

export const damagedEntry: VmEntry = {
  kind: 'damaged',
  id: 'lost',
  name: 'lost',
  file: '/home/petri/.local/share/petri/machines/lost/machine.json',
  reason: 'The file ends in the middle of line 14.',
  state: { kind: 'stopped' },
}

/** Many ordinary machines, for measuring. */
export function manyMachines(count: number): readonly FakeMachine[] {
  const architectures = ['x86_64', 'aarch64', 'arm', 'riscv64'] as const
  return Array.from({ length: count }, (_, index) =>
    fakeMachine(
      `m${index}`,
      {
        name: `machine ${index}`,
        architecture: architectures[index % 4] ?? 'x86_64',
        memoryMiB: 256 * ((index % 8) + 1),
        tags: index % 3 === 0 ? ['lab'] : [],
      },
      index % 5 === 0 ? { kind: 'running', pid: 1000 + index, since: CREATED_AT } : { kind: 'stopped' },
    ),
  )
}

/** A command of the right shape; the real one comes from the planner. */
/** The machine had half of its memory at its last start. */
export function fakeCommandDiff(draft: VmDraftInput): CommandDiff {
  const options = fakeCommand(draft).explained.flatMap(({ args: [flag = '', ...values] }): CommandDiff['options'] =>
    flag === '-m'
      ? [
          { kind: 'removed', args: [flag, `${draft.memoryMiB / 2}`] },
          { kind: 'added', args: [flag, ...values] },
        ]
      : [{ kind: 'same', args: [flag, ...values] }],
  )
  return { startedAt: '2026-03-02T09:30:00.000Z', options }
}

export function fakeCommand(draft: VmDraftInput): VmCommand {
  const explained = [
    {
      args: ['bwrap', '--unshare-all', '--share-net'],
      part: 'sandbox',
      explanation: 'Runs QEMU where it sees its own disks and sockets, and no home folder.',
    },
    {
      args: ['--ro-bind', '/usr', '/usr'],
      part: 'sandbox',
      explanation: 'QEMU’s own program and libraries, read-only.',
    },
    { args: [`qemu-system-${draft.architecture}`], part: 'qemu', explanation: 'The emulator for this architecture.' },
    {
      args: ['-name', JSON.stringify({ guest: draft.name })],
      part: 'qemu',
      explanation: 'The name QEMU shows. It reaches no file name.',
    },
    {
      args: ['-m', `${draft.memoryMiB}`],
      part: 'qemu',
      explanation: `${draft.memoryMiB} MiB of memory. The host gives it page by page, as the guest touches it.`,
    },
    {
      args: ['-chardev', '{"backend":{"type":"socket"},"id":"serial0"}'],
      part: 'qemu',
      explanation: 'The serial port as a Unix socket, which the console reads. Without it the guest’s output is lost.',
    },
    {
      args: ['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
      part: 'qemu',
      explanation: 'QEMU may start no program and raise no privilege, even if a guest breaks into it.',
    },
  ] as const
  const argv = explained.flatMap(({ args }) => [...args])
  return {
    argv,
    shell: argv.map((arg) => (/^[A-Za-z0-9_/=,.:-]+$/.test(arg) ? arg : `'${arg}'`)).join(' '),
    explained: explained.map((arg) => ({ ...arg, args: [...arg.args] })),
  }
}

function nat(forwards: { protocol: 'tcp'; hostPort: number; guestPort: number }[] = []) {
  return { id: 'net0', model: 'virtio' as const, backend: { kind: 'user' as const, forwards } }
}
