import type { CallName, CallParams, CallResult } from '#contract/api'
import { type ContainerEntry, containerSpecSchema } from '#contract/container'

type Handlers = { readonly [N in CallName]?: (params: CallParams<N>) => CallResult<N> }

const LONG = 'A container whose name is so long that it has to be wrapped, because nobody stopped its owner from typing'

const entries: readonly ContainerEntry[] = [
  {
    id: 'pi',
    name: 'pi',
    architecture: 'armhf',
    badge: 'armhf · emulated (user-mode)',
    baseLabel: 'Debian bookworm (minbase)',
    state: {
      kind: 'running',
      pid: 4711,
      since: '2026-01-01T08:00:00.000Z',
      frozen: false,
      network: 'host',
      route: 'own',
    },
  },
  {
    id: 'long',
    name: LONG,
    architecture: 'riscv64',
    badge: 'riscv64 · emulated (user-mode)',
    baseLabel: 'root.tar.xz',
    state: { kind: 'stopped', reason: 'It ended by itself, or was ended from outside Petri.' },
  },
]

/** Containers of an owner in memory; `shown` false: there are none. */
export function fakeContainerHandlers(shown: boolean): Handlers {
  const find = (id: string) => entries.find((entry) => entry.id === id) ?? entries[0]
  return {
    'container.list': () => (shown ? [...entries] : []),
    'container.show': ({ id }) => {
      const entry = find(id)
      if (entry === undefined) throw new Error(id)
      const spec = containerSpecSchema.parse({
        version: 1,
        id: entry.id,
        name: entry.name,
        createdAt: '2026-01-01T08:00:00.000Z',
        architecture: entry.architecture,
        baseId: 'base-1',
        limits: { memoryMiB: 512 },
        snapshots: [{ id: 'snapshot-1', name: 'Before the upgrade', at: '2026-01-02T08:00:00.000Z', layers: [] }],
      })
      const configuration = 'lxc.uts.name = pi\nlxc.arch = linux64\nlxc.net.0.type = none\n'
      return {
        entry,
        spec,
        folder: '/home/petri/data/containers/pi',
        ownBytes: 3_000_000,
        configuration,
        limitsInForce: id === 'pi',
      }
    },
    'container.preview': () => ({
      problems: [
        {
          field: 'network',
          code: 'shares-host-network',
          severity: 'warning',
          message: 'It will share this host’s network.',
        },
        {
          field: '',
          code: 'no-subordinate-ids',
          severity: 'error',
          message: 'petri has no range of user numbers.',
          cure: 'sudo usermod …',
        },
      ],
      route: 'own',
      network: 'host',
    }),
    'container.bases': () =>
      shown
        ? [
            {
              ...{ id: 'base-00000000000000000001', label: LONG, architecture: 'armhf', entries: 9_000 },
              ...{ createdAt: '2026-01-01T08:00:00.000Z', sizeBytes: 90_000_000, leftOut: [], usedBy: ['pi'] },
            },
          ]
        : [],
    'container.ways': () => [
      { way: 'container', cpu: 7.5, syscalls: 2.1, files: 3, notes: ['Programs are translated one by one.'] },
      { way: 'machine', notes: ['The most faithful.'] },
      { way: 'cross', cpu: 1, notes: ['The fastest way to build.'] },
    ],
    'container.processes': () => [
      {
        hostPid: 4711,
        pid: 1,
        user: 0,
        command: '/dev/.petri/init',
        memoryBytes: 4096,
        hostCommand: '/dev/.petri/init',
      },
      {
        hostPid: 4720,
        pid: 2,
        user: 0,
        command: 'bash -l',
        memoryBytes: 9_000_000,
        hostCommand: '/usr/bin/qemu-arm-static /bin/bash bash -l',
      },
    ],
    'container.terminal': ({ gdbPort }) => ({
      runId: 'run-0123456789ab',
      ...(gdbPort !== undefined && { debugger: `gdb-multiarch -ex 'target remote 127.0.0.1:${gdbPort}'` }),
    }),
    'container.usage': () => ({
      processes: 7,
      memoryBytes: 180 * 1024 * 1024,
      cpuSeconds: performance.now() / 2000,
      failures: { memory: 2, pids: 0 },
    }),
    'container.log': ({ id }) => ({ text: id === 'pi' ? 'lxc pi 20260101080000.000 WARN  conf - no limits\n' : '' }),
    'container.cores': () => [
      {
        path: '/root/qemu_program_20260101-080000_42.core',
        sizeBytes: 30_000_000,
        command: "gdb-multiarch -ex 'set sysroot /proc/4711/root' -ex 'core-file /root/qemu_program.core'",
      },
    ],
    'binary.inspect': ({ path }) => ({
      path,
      sizeBytes: 70_000,
      facts: {
        format: 'elf',
        architecture: 'armhf',
        machine: 'ARM, 32-bit, hard float (32-bit, little-endian)',
        type: 'pie',
        abi: 'EABI 5',
        floatAbi: 'hard',
        linkage: 'dynamic',
        interpreter: '/lib/ld-linux-armhf.so.3',
        libraries: ['libc.so.6'],
      },
      verdict: path.endsWith('bad')
        ? {
            runs: 'not',
            code: 'emulator-missing',
            title: 'This program is for ARM',
            why: 'No emulator.',
            cure: { text: 'Install it.', command: 'sudo apt-get install -y qemu-user-static' },
          }
        : {
            runs: 'emulated',
            code: 'emulated-dynamic',
            title: 'This program runs emulated (ARM)',
            why: 'Its loader comes from a root file system.',
          },
      ...(!path.endsWith('bad') && { command: { argv: ['qemu-arm-static', path], shell: `qemu-arm-static ${path}` } }),
    }),
    'binfmt.show': () => {
      const entry = {
        name: 'petri-arm',
        enabled: true,
        interpreter: '/usr/bin/qemu-arm-static',
        interpreterThere: true,
        flags: 'POF',
        flagsExplained: [
          'P: the program keeps the name it was called by',
          'F: the emulator was opened at registration',
        ],
        magic: '7f454c4601010100000000000000000002002800',
      }
      return {
        host: { mounted: true, entries: [] },
        containers: [{ id: 'pi', name: 'pi', entries: [entry] }],
        emulators: [{ architecture: 'armhf', path: '/usr/bin/qemu-arm-static', version: '7.2.22' }],
        own: { works: true, why: 'Each container registers its emulator in a namespace of its own.' },
        systemWide: {
          text: 'This registers every emulator for the whole host.',
          command: 'sudo apt-get install -y binfmt-support',
        },
      }
    },
  }
}
