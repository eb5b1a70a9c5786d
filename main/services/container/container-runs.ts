import type { ContainerSpec, ContainerState } from '#contract/container'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import { bootId, isAlive, signalProcess } from '../../system/process/process-identity.ts'
import { CommandError, runCommand } from '../../system/process/run-command.ts'
import { RefusedError } from '../refused-error.ts'
import type { ContainerFolders } from './container-folders.ts'
import type { ContainerLibrary } from './container-library.ts'
import {
  type ContainerRecord,
  readContainerRecord,
  removeContainerRecord,
  writeContainerRecord,
} from './container-record.ts'
import { askLxc, watchContainer } from './lxc-monitor.ts'
import { settleContainer } from './settle-container.ts'
import { launchContainer, planContainer } from './start-container.ts'
import type { StartGate } from './start-gate.ts'

const STOP_LIMIT_MS = 30_000
const SIGNAL_LIMIT_MS = 10_000

/** What runs, and the moves between running and not running. */
export interface ContainerRuns {
  state(id: string): ContainerState
  /** The record of what runs; starts the container when it does not. */
  running(id: string): Promise<ContainerRecord>
  /**
   * The same for a command, which need not wait for the start: where there is a `gate`, it goes through that. `started`
   * ends with the start and rejects with the reason when it failed; the command has then not run.
   */
  reachable(id: string): Promise<{
    readonly record: ContainerRecord
    readonly gate: StartGate | undefined
    readonly started: Promise<unknown>
  }>
  /** The record of what runs; undefined: it does not. */
  record(id: string): ContainerRecord | undefined
  start(id: string): Promise<void>
  stop(id: string, deadlineMs: number): Promise<void>
  freeze(id: string, frozen: boolean): Promise<void>
  /** Throws RefusedError unless it is stopped. */
  mustBeStopped(id: string, what: string): void
  /** Runs `work` while nobody else changes this container. */
  exclusively<T>(id: string, work: () => Promise<T>): Promise<T>
  close(): void
}

interface Run {
  state: ContainerState
  record?: ContainerRecord
  endWatch?: () => void
}

/** Takes over what an earlier owner left running. Signals nobody. */
export async function openContainerRuns(options: {
  readonly folders: ContainerFolders
  readonly library: ContainerLibrary
  readonly host: () => Promise<ContainerHost>
  readonly now: () => Date
  readonly onChange: (id: string) => void
}): Promise<ContainerRuns> {
  const { folders, library, now, onChange } = options
  const runs = new Map<string, Run>()
  const queues = new Map<string, Promise<unknown>>()
  let closed = false

  const set = (id: string, run: Run) => {
    runs.set(id, run)
    onChange(id)
  }
  const stateOf = (id: string): ContainerState => runs.get(id)?.state ?? { kind: 'stopped' }
  const ended = (id: string, reason?: string) => {
    const run = runs.get(id)
    if (closed || run?.record === undefined) return
    run.endWatch?.()
    if (run.record.uplink) signalProcess(run.record.uplink, 'SIGTERM')
    removeContainerRecord(folders, id)
    set(id, { state: { kind: 'stopped', ...(reason !== undefined && { reason }) } })
  }
  const enter = (record: ContainerRecord) => {
    const { init, id } = record
    if (init === undefined) return
    const endWatch = watchContainer(init, () => {
      const asked = runs.get(id)?.state.kind === 'stopping'
      ended(id, asked ? undefined : 'It ended by itself, or was ended from outside Petri.')
    })
    set(id, { state: runningState(record, init.pid), record, endWatch })
  }
  const exclusively = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const before = queues.get(id) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.catch(() => undefined)
    queues.set(id, settled)
    try {
      return await mine
    } finally {
      if (queues.get(id) === settled) queues.delete(id)
    }
  }
  const launch = async (
    spec: ContainerSpec,
    onBegun?: (record: ContainerRecord, gate: StartGate) => void,
  ): Promise<ContainerRecord> => {
    const plan = await planContainer(spec, await options.host(), folders)
    await settleContainer(folders, spec, plan.idMap)
    set(spec.id, { state: { kind: 'starting' } })
    try {
      const record = await launchContainer(plan, folders, now(), onBegun)
      enter(record)
      return record
    } catch (error) {
      set(spec.id, { state: { kind: 'stopped' } })
      throw error
    }
  }
  const lxc = async (id: string, program: string, args: readonly string[], timeoutMs: number) =>
    await runCommand([program, '-n', id, '-P', folders.lxc, ...args], { timeoutMs })

  // One file each, read side by side; whoever never ran costs one failed open.
  const records = await Promise.all([...library.items.keys()].map((id) => readContainerRecord(folders, id)))
  for (const record of records) {
    if (record === undefined || record.bootId !== bootId()) continue
    if (record.init !== undefined && isAlive(record.init)) enter(record)
    else if (record.init === undefined) {
      // The owner died between asking LXC and writing down what came of it.
      const init = await askLxc(folders.lxc, record.id).catch(() => undefined)
      if (init !== undefined) {
        const completed = { ...record, init }
        writeContainerRecord(folders, completed)
        enter(completed)
      } else removeContainerRecord(folders, record.id)
    } else {
      if (record.uplink) signalProcess(record.uplink, 'SIGTERM')
      runs.set(record.id, { state: { kind: 'stopped', reason: 'It ended while Petri was not running.' } })
      removeContainerRecord(folders, record.id)
    }
  }

  return {
    state: stateOf,
    record: (id) => runs.get(id)?.record,
    exclusively,
    async running(id) {
      const known = runs.get(id)?.record
      if (known !== undefined) return mustNotBeFrozen(known)
      return await exclusively(id, async () => runs.get(id)?.record ?? (await launch(library.spec(id))))
    },
    reachable(id) {
      return new Promise((resolve, reject) => {
        const begun = (record: ContainerRecord, gate?: StartGate) => resolve({ record, gate, started })
        const known = runs.get(id)?.record
        const started =
          known === undefined
            ? exclusively(id, async () => runs.get(id)?.record ?? (await launch(library.spec(id), begun)))
            : Promise.resolve().then(() => mustNotBeFrozen(known))
        started.then((record) => begun(record), reject)
      })
    },
    async start(id) {
      await exclusively(id, async () => {
        const spec = library.spec(id)
        if (stateOf(id).kind !== 'stopped')
          throw new RefusedError({
            code: 'conflict',
            title: `${spec.name} runs already`,
            cure: { text: 'Open a shell in it.', command: `petri container shell ${id}` },
          })
        await launch(spec)
      })
    },
    async stop(id, deadlineMs) {
      await exclusively(id, async () => {
        const run = runs.get(id)
        const { name } = library.spec(id)
        if (run?.record?.init === undefined) throw new RefusedError({ code: 'conflict', title: `${name} does not run` })
        const before = run.state
        runs.set(id, { ...run, state: { kind: 'stopping' } })
        onChange(id)
        try {
          if (deadlineMs > 0 && !run.record.frozen) {
            const seconds = String(Math.max(1, Math.ceil(deadlineMs / 1000)))
            await lxc(id, 'lxc-stop', ['-t', seconds], deadlineMs + STOP_LIMIT_MS)
          } else await lxc(id, 'lxc-stop', ['-k'], STOP_LIMIT_MS)
        } catch (error) {
          if (isAlive(run.record.init)) {
            set(id, { ...run, state: before })
            throw error
          }
        }
        ended(id)
      })
    },
    async freeze(id, frozen) {
      await exclusively(id, async () => {
        const run = runs.get(id)
        const { name } = library.spec(id)
        if (run?.record?.init === undefined) throw new RefusedError({ code: 'conflict', title: `${name} does not run` })
        if (run.record.frozen === frozen)
          throw new RefusedError({
            code: 'conflict',
            title: frozen ? `${name} is frozen already` : `${name} is not frozen`,
          })
        await freezeProcesses(run.record.init.pid, frozen, async () => {
          if ((await options.host()).limitsRefused !== undefined) return false
          return await lxc(id, frozen ? 'lxc-freeze' : 'lxc-unfreeze', [], SIGNAL_LIMIT_MS).then(
            () => true,
            () => false,
          )
        })
        const record = { ...run.record, frozen }
        writeContainerRecord(folders, record)
        set(id, { ...run, record, state: runningState(record, run.record.init.pid) })
      })
    },
    mustBeStopped(id, what) {
      const { name } = library.spec(id)
      if (stateOf(id).kind === 'stopped') return
      throw new RefusedError({
        code: 'conflict',
        title: `${name} cannot be ${what} while it runs`,
        cure: { text: 'Stop it first.', command: `petri container stop ${id}` },
      })
    },
    close() {
      closed = true
      for (const run of runs.values()) run.endWatch?.()
    },
  }

  function mustNotBeFrozen(record: ContainerRecord): ContainerRecord {
    if (!record.frozen) return record
    throw new RefusedError({
      code: 'conflict',
      title: `${library.spec(record.id).name} is frozen`,
      cure: { text: 'Let it go on first.', command: `petri container thaw ${record.id}` },
    })
  }
}

function runningState(record: ContainerRecord, pid: number): ContainerState {
  const { startedAt: since, frozen, network, route } = record
  return { kind: 'running', pid, since, frozen, network, route }
}

/**
 * Holds all programs of a container, or lets them go on: with its control group where there is one, else by a signal to
 * every process of its pid namespace at once. Process 1 sleeps anyway.
 */
async function freezeProcesses(initPid: number, frozen: boolean, byGroup: () => Promise<boolean>): Promise<void> {
  if (await byGroup()) return
  const signal = frozen ? 'STOP' : 'CONT'
  const inside = ['nsenter', '--target', String(initPid), '--user', '--pid', '--preserve-credentials', '--'] as const
  try {
    await runCommand([...inside, '/bin/sh', '-c', `kill -s ${signal} -- -1`], { timeoutMs: SIGNAL_LIMIT_MS })
  } catch (error) {
    // Nobody is there but process 1: nothing to hold.
    if (error instanceof CommandError && /No such process/i.test(error.stderrTail)) return
    throw error
  }
}
