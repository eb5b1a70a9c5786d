import {
  type ApiEvent,
  apiCalls,
  type CallName,
  type CallOutcome,
  type CallParams,
  type CallResult,
} from '#contract/api'
import type { PetriBridge } from '#contract/bridge'
import type { Failure } from '#contract/failure'
import type { HostReport } from '#contract/host'
import type { ImageList } from '#contract/image'
import type { Job } from '#contract/job'
import type { Problem } from '#contract/problem'
import { type VmDraft, vmDraftSchema, vmSpecSchema } from '#contract/vm-spec'
import type { VmEntry, VmState } from '#contract/vm-state'

import { openFakeConsole } from './fake-console.ts'
import { fakeImageHandlers } from './fake-images.ts'
import { fakeContainerHandlers } from './fake-containers.ts'
import { fakeDiskHandlers } from './fake-disks.ts'
import { openFakeScreen } from './fake-screen.ts'
import { fakeMediaHandlers } from './fake-media.ts'
import { fakeJobHandlers } from './fake-jobs.ts'
import { fakeSnapshotHandlers } from './fake-snapshots.ts'
import { fakeLiveHandlers } from './fake-live.ts'
import {
  fakeAcceleration,
  fakeCommand,
  fakeCommandDiff,
  fakeEntry,
  type FakeMachine,
  fakeMachine,
} from './fake-machines.ts'

interface FakeBridgeOptions {
  readonly machines: readonly FakeMachine[]
  readonly damaged?: readonly VmEntry[]
  readonly host?: HostReport
  readonly jobs?: readonly Job[]
  readonly images?: ImageList
  /** Whether there are containers. */
  readonly containers?: boolean
  /** How long a state in between lasts, in ms; 0: until the next turn of the event loop. */
  readonly stepMs?: number
  /** Screens call themselves by endless names and fill the clipboard. */
  readonly floodingScreen?: boolean
}

/** A bridge to an owner in memory, with levers for tests. */
export interface FakeBridge extends PetriBridge {
  /** Every call so far, oldest first. */
  readonly calls: readonly { readonly name: string; readonly params: unknown }[]
  readonly cancelled: readonly string[]
  /** The next call of this name fails with this. */
  failNext(name: CallName, failure: Failure): void
  announce(event: ApiEvent): void
  setConnected(connected: boolean): void
}

/** What this fake can answer; another call is refused. */
type Handlers = { readonly [N in CallName]?: (params: CallParams<N>) => CallResult<N> }

class Refusal extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.title)
    this.failure = failure
  }
}

export function createFakeBridge({
  machines,
  damaged = [],
  host,
  jobs = [],
  images,
  containers = true,
  stepMs = 0,
  floodingScreen = false,
}: FakeBridgeOptions): FakeBridge {
  const library = new Map(machines.map((machine) => [machine.spec.id, machine]))
  const trash = new Map<string, FakeMachine>()
  const listeners = new Set<(event: ApiEvent) => void>()
  const connectionListeners = new Set<(connected: boolean) => void>()
  const failures = new Map<string, Failure>()
  const calls: { name: string; params: unknown }[] = []
  const cancelled: string[] = []
  let made = 0

  const announce = (event: ApiEvent): void => listeners.forEach((listener) => listener(event))
  const find = (id: string): FakeMachine => {
    const machine = library.get(id)
    if (machine === undefined) throw new Refusal({ code: 'not-found', title: 'There is no such machine', evidence: id })
    return machine
  }
  const put = (machine: FakeMachine): void => {
    library.set(machine.spec.id, machine)
    announce({ kind: 'vm.changed', entry: fakeEntry(machine) })
  }
  const setState = (id: string, state: VmState): Record<string, never> => {
    put({ ...find(id), state })
    return {}
  }
  const through = (id: string, between: VmState, after: () => VmState): Record<string, never> => {
    setState(id, between)
    setTimeout(() => {
      if (library.get(id)?.state === between) setState(id, after())
    }, stepMs)
    return {}
  }
  const running = (): VmState => ({ kind: 'running', pid: 5000 + ++made, since: new Date().toISOString() })
  const stopped = (kind: 'guest-shutdown' | 'powered-off', message: string): VmState => ({
    kind: 'stopped',
    lastExit: { kind, message, exitCode: 0, at: new Date().toISOString() },
  })

  const handlers: Handlers = {
    'app.info': () => ({
      version: '0.1.0',
      shell: 'web',
      dataFolder: '/home/petri/.local/share/petri',
      stateFolder: '/home/petri/.local/state/petri',
    }),
    'vm.list': () => [...[...library.values()].map(fakeEntry), ...damaged],
    'vm.show': ({ id }) => {
      const lost = damaged.find((entry) => entry.id === id)
      const folder = `/home/petri/.local/share/petri/machines/${id}`
      if (lost !== undefined) return { entry: lost, folder }
      const machine = find(id)
      return { entry: fakeEntry(machine), spec: machine.spec, folder }
    },
    'vm.preview': ({ draft }) => {
      const parsed = vmDraftSchema.loose().safeParse(draft)
      if (!parsed.success) {
        return {
          problems: parsed.error.issues.map((issue): Problem => ({
            field: issue.path.join('.'),
            code: 'schema',
            severity: 'error',
            message: issue.message,
          })),
        }
      }
      const problems = fakeProblems(parsed.data)
      const acceleration = fakeAcceleration(parsed.data)
      return problems.some((problem) => problem.severity === 'error')
        ? { problems, acceleration }
        : { problems, acceleration, command: fakeCommand(parsed.data) }
    },
    'vm.command': ({ id }) => fakeCommand(find(id).spec),
    'vm.commandDiff': ({ id }) => fakeCommandDiff(find(id).spec),
    'vm.script': ({ id }) => ({ script: `#!/bin/sh\nexec ${fakeCommand(find(id).spec).shell}\n` }),
    'vm.create': ({ draft }) => {
      const id = `made-${++made}`
      put(fakeMachine(id, draft))
      return { id }
    },
    'vm.setTemplate': ({ id, template }) => {
      const machine = find(id)
      put({ ...machine, spec: { ...machine.spec, template } })
      return {}
    },
    'vm.build': ({ draft }) => {
      const id = `job-build${++made}`
      const createdAt = new Date().toISOString()
      const at = { phase: 'Copying', doneBytes: 400_000_000, totalBytes: 2_000_000_000, bytesPerSecond: 90_000_000 }
      const state = { kind: 'running', since: createdAt, at } as const
      const title = `New machine ${draft.name}`
      announce({
        kind: 'job.changed',
        job: { id, kind: 'vm.build', title, createdAt, canPause: false, canRetry: true, state },
      })
      return { jobId: id }
    },
    'vm.update': ({ spec }) => {
      put({ ...find(spec.id), spec: vmSpecSchema.parse(spec) })
      return {}
    },
    'vm.accept': () => ({}),
    'vm.type': () => ({}),
    'vm.tag': ({ id, add = [], remove = [] }) => {
      const machine = find(id)
      const tags = [...new Set([...machine.spec.tags.filter((tag) => !remove.includes(tag)), ...add])]
      put({ ...machine, spec: { ...machine.spec, tags } })
      return { tags }
    },
    'vm.trash.list': () =>
      [...trash].map(([trashId, { spec }]) => ({
        trashId,
        id: spec.id,
        name: spec.name,
        deletedAt: spec.createdAt,
        sizeBytes: 812_000_000,
        neededBy: [],
      })),
    'vm.trash.empty': ({ trashIds = [...trash.keys()] }) => {
      const removed = trashIds.filter((trashId) => trash.delete(trashId)).length
      return { removed, freedBytes: removed * 812_000_000 }
    },
    'vm.sendKeys': () => ({}),
    'vm.rename': ({ id, name }) => {
      const machine = find(id)
      put({ ...machine, spec: { ...machine.spec, name } })
      return {}
    },
    'vm.duplicate': ({ id, name }) => {
      const copy = `copy-${++made}`
      const { spec } = find(id)
      put({ spec: { ...spec, id: copy, name: name ?? `${spec.name} copy` }, state: { kind: 'stopped' } })
      return { id: copy }
    },
    'vm.delete': ({ id }) => {
      trash.set(`trash-${id}`, find(id))
      library.delete(id)
      announce({ kind: 'vm.removed', id })
      return { trashId: `trash-${id}` }
    },
    'vm.restore': ({ trashId }) => {
      const machine = trash.get(trashId)
      if (machine === undefined) throw new Refusal({ code: 'not-found', title: 'It is no longer in the trash' })
      put(machine)
      return { id: machine.spec.id }
    },
    'vm.start': ({ id }) => through(id, { kind: 'starting', since: new Date().toISOString() }, running),
    'vm.pause': ({ id }) =>
      setState(id, { kind: 'paused', pid: 5000, since: new Date().toISOString(), reason: 'user' }),
    'vm.resume': ({ id }) => setState(id, running()),
    'vm.reset': () => ({}),
    'vm.shutdown': ({ id }) =>
      through(id, { kind: 'stopping', pid: 5000, deadline: new Date(Date.now() + 60_000).toISOString() }, () =>
        stopped('guest-shutdown', 'The guest switched itself off.'),
      ),
    'vm.powerOff': ({ id }) => setState(id, stopped('powered-off', 'Powered off on request.')),
    'vm.suspend': ({ id }) =>
      through(id, { kind: 'suspending', pid: 5000, progress: 0.3 }, () => ({
        kind: 'suspended',
        at: new Date().toISOString(),
        sizeBytes: 300_000_000,
      })),
    'vm.discardSuspended': ({ id }) => setState(id, { kind: 'stopped' }),
    'vm.throwaway': ({ id }) => {
      find(id)
      return { runId: `run${++made}` }
    },
    'vm.screenshot': () => ({ base64: onePixel, sizeBytes: 70 }),
    'console.log': () => {
      const text =
        '[    0.000000] Linux version 6.1.0\r\n[    0.412345] Run /init as init process\r\n\u001b[32mok\u001b[0m network is up\r\n/ # uname -m\r\nx86_64\r\n'
      return { base64: btoa(text), totalBytes: text.length }
    },
    ...fakeJobHandlers(jobs, announce),
    ...fakeContainerHandlers(containers),
    ...fakeDiskHandlers((failure) => new Refusal(failure)),
    ...fakeSnapshotHandlers(find, announce),
    ...fakeLiveHandlers(find, put),
    ...fakeImageHandlers(images, announce),
    ...fakeMediaHandlers((title) => new Refusal({ code: 'invalid', title, cure: { text: 'Fetch it again.' } })),
    'host.check': () => host ?? { checkedAt: new Date().toISOString(), findings: [] },
  }

  return {
    shell: 'web',
    calls,
    cancelled,
    call: (name, params) => {
      calls.push({ name, params })
      return Promise.resolve(answer(handlers, failures, name, params))
    },
    cancel: (callId) => void cancelled.push(callId),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    openConsole: (target, listener) => {
      if (target.kind === 'screen') return openFakeScreen(floodingScreen, listener)
      const machine = target.kind === 'serial' ? library.get(target.vmId) : undefined
      const isOn = target.kind === 'throwaway' || machine?.state.kind === 'running' || machine?.state.kind === 'paused'
      return openFakeConsole(isOn, machine?.spec.name ?? 'throwaway', listener)
    },
    onConnection: (listener) => {
      connectionListeners.add(listener)
      return () => connectionListeners.delete(listener)
    },
    openExternal: () => undefined,
    failNext: (name, failure) => void failures.set(name, failure),
    announce,
    setConnected: (connected) => connectionListeners.forEach((listener) => listener(connected)),
  }
}

function answer(handlers: Handlers, failures: Map<string, Failure>, name: string, params: unknown): CallOutcome {
  const planned = failures.get(name)
  if (planned !== undefined) {
    failures.delete(name)
    return { ok: false, failure: planned }
  }
  if (!isCallName(name)) return { ok: false, failure: { code: 'bad-request', title: `No such call: ${name}` } }
  try {
    return { ok: true, value: run(handlers, name, params) }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure }
    return { ok: false, failure: { code: 'internal', title: String(error) } }
  }
}

function run<N extends CallName>(handlers: Handlers, name: N, params: unknown): CallResult<N> {
  const handle = handlers[name]
  if (!handle) throw new Refusal({ code: 'unavailable', title: `The fake bridge does not know ${name}` })
  return handle(parseParams(name, params))
}

function parseParams<N extends CallName>(name: N, params: unknown): CallParams<N> {
  const isParams = (value: unknown): value is CallParams<N> => apiCalls[name].params.safeParse(value).success
  if (!isParams(params)) {
    throw new Refusal({ code: 'bad-request', title: `${name} was asked wrongly`, evidence: JSON.stringify(params) })
  }
  return params
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(apiCalls, name)
}

/** A few problems of the kind that the planner finds. */
function fakeProblems(draft: VmDraft): Problem[] {
  const missing = draft.disks.flatMap((disk, index): Problem[] =>
    disk.path.includes('gone')
      ? [
          {
            field: `disks[${index}].path`,
            code: 'file-missing',
            severity: 'error',
            message: `There is no file ${disk.path}.`,
            cure: 'Name a file that exists.',
          },
        ]
      : [],
  )
  const memory: Problem[] =
    draft.memoryMiB > 16_384
      ? [
          {
            field: 'memoryMiB',
            code: 'memory-above-host',
            severity: 'error',
            message: `${draft.memoryMiB} MiB is more than this computer has (16384 MiB).`,
          },
        ]
      : []
  const ports = draft.networks.flatMap((network, index): Problem[] =>
    network.backend.kind === 'user' && network.backend.forwards.some((forward) => forward.hostPort === 8080)
      ? [
          {
            field: `networks[${index}].backend.forwards[0].hostPort`,
            code: 'port-taken',
            severity: 'warning',
            message: 'Port 8080 is taken by nginx (process 812).',
          },
        ]
      : [],
  )
  return [...missing, ...memory, ...ports]
}

/** A dark PNG of one pixel. */
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
