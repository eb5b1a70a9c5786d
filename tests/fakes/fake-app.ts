import type { ApiEvent, CallOutcome } from '#contract/api'
import type { ConsoleFrame, ConsoleHandle, ConsoleTarget, ViewerFrame } from '#contract/console'
import type { Failure } from '#contract/failure'
import type { MachineEntry, VmEntry } from '#contract/vm-state'

import type { App } from '../../main/api/app.ts'

/** What a test sees and does behind the app's back. */
export interface FakeApp extends App {
  /** Every call, in order. */
  readonly calls: readonly { readonly name: string; readonly params: unknown }[]
  readonly consoles: readonly FakeConsole[]
  readonly subscribers: number
  announce(event: ApiEvent): void
  /** Lets the calls of `test.wait` end with this value. */
  finishWaiting(value: unknown): void
}

export interface FakeConsole {
  readonly target: ConsoleTarget
  /** What the viewer sent, in order. */
  readonly sent: readonly ViewerFrame[]
  readonly isOpen: boolean
  emit(frame: ConsoleFrame): void
}

const notFound = (title: string): Failure => ({ code: 'not-found', title })

/**
 * An owner of a few machines in memory, for tests of what carries the API. Machines start and stop at once, and their
 * consoles echo. Three calls exist only here: `test.echo` gives its parameters back, `test.wait` ends when the test says
 * so or the caller cancels, `test.fail` fails.
 */
export function createFakeApp(names: readonly string[] = ['Starter']): FakeApp {
  const entries = new Map<string, VmEntry>(
    names.map((name) => {
      const id = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
      return [id, fakeMachine(id, name)]
    }),
  )
  const calls: { name: string; params: unknown }[] = []
  const consoles: (FakeConsole & { isOpen: boolean })[] = []
  const listeners = new Set<(event: ApiEvent) => void>()
  const waiting = new Set<(outcome: CallOutcome) => void>()

  const announce = (event: ApiEvent) => listeners.forEach((listener) => listener(event))
  const find = (params: unknown) => {
    const id = typeof params === 'object' && params !== null && 'id' in params ? params.id : undefined
    return typeof id === 'string' ? entries.get(id) : undefined
  }
  const move = (params: unknown, state: MachineEntry['state']): CallOutcome => {
    const entry = find(params)
    if (!entry) return { ok: false, failure: notFound('There is no such machine') }
    const changed = { ...entry, state }
    entries.set(entry.id, changed)
    announce({ kind: 'vm.changed', entry: changed })
    return { ok: true, value: {} }
  }

  const dispatch = async (name: string, params: unknown, signal?: AbortSignal): Promise<CallOutcome> => {
    calls.push({ name, params })
    switch (name) {
      case 'app.info':
        return { ok: true, value: { version: '0.0.0', shell: 'cli', dataFolder: '/data', stateFolder: '/state' } }
      case 'host.check':
        return { ok: true, value: { checkedAt: '2026-01-02T03:04:05.000Z', findings: [] } }
      case 'vm.list':
        return { ok: true, value: [...entries.values()] }
      case 'vm.start':
        return move(params, { kind: 'running', pid: 4711, since: '2026-01-02T03:04:05.000Z' })
      case 'vm.powerOff':
        return move(params, { kind: 'stopped' })
      case 'test.echo':
        return { ok: true, value: params }
      case 'test.fail':
        return { ok: false, failure: notFound('There is no such thing') }
      case 'test.wait':
        return new Promise((resolve) => {
          waiting.add(resolve)
          signal?.addEventListener('abort', () => {
            resolve({ ok: false, failure: { code: 'cancelled', title: 'Cancelled' } })
          })
        })
      default:
        return { ok: false, failure: { code: 'bad-request', title: `There is no call named ${name}` } }
    }
  }

  const openConsole = (target: ConsoleTarget, listener: (frame: ConsoleFrame) => void): ConsoleHandle => {
    if (target.kind === 'serial' && !entries.has(target.vmId)) {
      listener({ kind: 'closed', reason: 'There is no such machine' })
      return { send: () => undefined, close: () => undefined }
    }
    const sent: ViewerFrame[] = []
    const opened = {
      target,
      sent,
      isOpen: true,
      emit: (frame: ConsoleFrame) => {
        if (opened.isOpen) listener(frame)
      },
    }
    consoles.push(opened)
    listener({ kind: 'attached', live: true, historyBytes: 0 })
    return {
      send: (frame) => {
        sent.push(frame)
        if (frame.kind === 'write') opened.emit({ kind: 'data', bytes: frame.bytes, replay: false })
      },
      close: () => {
        opened.isOpen = false
      },
    }
  }

  return {
    calls,
    consoles,
    get subscribers() {
      return listeners.size
    },
    announce,
    finishWaiting: (value) => {
      for (const resolve of waiting) resolve({ ok: true, value })
      waiting.clear()
    },
    dispatch: (name, params, options) => dispatch(name, params, options?.signal),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    openConsole,
    [Symbol.asyncDispose]: async () => listeners.clear(),
  }
}

/** A stopped machine's row. */
export function fakeMachine(id: string, name: string): MachineEntry {
  return {
    kind: 'machine',
    id,
    name,
    architecture: 'x86_64',
    tags: [],
    memoryMiB: 256,
    cpus: 1,
    serialPorts: 1,
    hasDisplay: false,
    template: false,
    acceleration: { accelerator: 'tcg', reason: 'There is no /dev/kvm.' },
    state: { kind: 'stopped' },
    readOnly: false,
  }
}
