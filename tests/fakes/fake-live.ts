import type { CallName, CallParams, CallResult } from '#contract/api'
import type { VmSpec } from '#contract/vm-spec'

import {
  type SpecEdit,
  withEjectedDisc,
  withForward,
  withInsertedDisc,
  withoutForward,
} from '../../main/domain/vm/live/edit-spec.ts'
import { mountCommand } from '../../main/domain/vm/mount-command.ts'
import type { FakeMachine } from './fake-machines.ts'

type Handlers = { readonly [N in CallName]?: (params: CallParams<N>) => CallResult<N> }

const MIB = 1024 * 1024
const SAMPLE_MS = 10_000
const SAMPLES = 200

/** Answers the calls that change a running machine, and those about what it uses, from memory. */
export function fakeLiveHandlers(find: (id: string) => FakeMachine, put: (machine: FakeMachine) => void): Handlers {
  const edit = (id: string, make: (spec: VmSpec) => SpecEdit): string => {
    const machine = find(id)
    const edited = make(machine.spec)
    if (edited.kind === 'impossible') throw new Error(edited.why)
    put({ ...machine, spec: edited.spec })
    return edited.on
  }
  return {
    'forward.list': ({ id }) => {
      const { spec, state } = find(id)
      return {
        forwards: spec.networks.flatMap(({ id: network, backend }) =>
          backend.kind === 'user'
            ? backend.forwards.map((forward) => ({
                ...forward,
                network,
                state: 'pid' in state ? ('open' as const) : ('waiting' as const),
              }))
            : [],
        ),
      }
    },
    'forward.add': ({ id, network, forward }) => {
      edit(id, (spec) => withForward(spec, network, { ...forward, hostAddress: forward.hostAddress ?? '127.0.0.1' }))
      return {}
    },
    'forward.remove': ({ id, ...key }) => {
      edit(id, (spec) => withoutForward(spec, key))
      return {}
    },
    'media.insert': ({ id, drive, path }) => ({ drive: edit(id, (spec) => withInsertedDisc(spec, drive, path)) }),
    'media.eject': ({ id, drive }) => ({ drive: edit(id, (spec) => withEjectedDisc(spec, drive)) }),
    'vm.bootProof': ({ id }) =>
      id === 'starter'
        ? {
            proof: {
              verdict: 'system',
              words: 'root@starter:~#',
              seenOn: 'serial',
              seconds: 4.2,
              at: '2026-03-01T10:00:00.000Z',
              serial: `[    0.000000] Linux version 6.1.0\n${'a line that is long enough to be broken somewhere '.repeat(8)}\nroot@starter:~# `,
              screenText: '',
              hasPicture: false,
            },
          }
        : {},
    'share.list': ({ id }) => ({
      folders: find(id).spec.sharedFolders.map((folder) => ({ ...folder, mountCommand: mountCommand(folder) })),
    }),
    'memory.target': ({ id, memoryMiB }) => {
      const machine = find(id)
      const { memoryTargetMiB: _before, ...spec } = machine.spec
      put({ ...machine, spec: memoryMiB === null ? spec : { ...spec, memoryTargetMiB: memoryMiB } })
      return {}
    },
    'vm.stats': ({ id, after }) => {
      const { spec, state } = find(id)
      if (!('pid' in state)) return { samples: [] }
      const samples = after === undefined ? hourOf(spec) : [sampleAt(spec, Date.now(), SAMPLES)]
      const memory = { residentBytes: 700 * MIB, proportionalBytes: 680 * MIB, machineBytes: spec.memoryMiB * MIB }
      return {
        samples,
        now: {
          uptimeSeconds: 5_730,
          cpuSeconds: 412,
          memory: { ...memory, balloonBytes: spec.memoryMiB * MIB },
          drives: spec.disks.map((disk) => ({
            id: disk.id,
            readBytes: 310 * MIB,
            writtenBytes: 45 * MIB,
            reads: 9_120,
            writes: 2_210,
          })),
          addresses: spec.networks.map((network) => ({
            network: network.id,
            address: '10.0.2.15',
            source: 'seen' as const,
          })),
        },
      }
    },
  }
}

function hourOf(spec: VmSpec) {
  const now = Date.now()
  return Array.from({ length: SAMPLES }, (_, place) => sampleAt(spec, now - (SAMPLES - place) * SAMPLE_MS, place))
}

/** Waves, so that a graph has something to show and the same picture comes each time. */
function sampleAt(spec: VmSpec, atMs: number, place: number) {
  const wave = (length: number) => (Math.sin(place / length) + 1) / 2
  return {
    atMs,
    cpus: spec.cpu.cores * (0.1 + 0.6 * wave(9) * wave(31)),
    residentBytes: (500 + 200 * wave(40)) * MIB,
    guestUsedBytes: (300 + 120 * wave(25)) * MIB,
    readBytesPerSecond: 4 * MIB * wave(7) ** 4,
    writtenBytesPerSecond: 2 * MIB * wave(11) ** 6,
    receivedPacketsPerSecond: 300 * wave(5) ** 3,
    sentPacketsPerSecond: 190 * wave(6) ** 3,
  }
}
