import { join } from 'node:path'

import { z } from 'zod'

import { connectUnixChannel } from '../../system/socket/unix-channel.ts'
import { whenListening } from '../../system/socket/when-listening.ts'
import { type ProcessIdentity, isAlive, signalProcess } from '../../system/process/process-identity.ts'
import type { VmState } from '#contract/vm-state'
import type { ConsoleMarker } from '#contract/console'
import { openQmp, type QmpClient, QmpConnectionError, type QmpEvent } from '../qemu/qmp-client.ts'
import type { RunRecord } from './run-record.ts'
import type { SerialConsoles } from './serial-console.ts'
import type { VmFolders } from './vm-folders.ts'

/** Silence after which a machine is shown as not answering, in ms. It is asked on all the same. */
const SILENT_AFTER_MS = 2_000
/** Between two presses of the power button, in ms. */
const PRESS_AGAIN_MS = 5_000
/** How long `quit` may take before the process is ended by SIGKILL, in ms. */
const QUIT_MS = 3_000
/** How often a process that is not our child is looked at once its monitor has closed, in ms, and how long. */
const GONE_POLL_MS = 10
const GONE_LIMIT_MS = 5_000
/** How often a silent machine's process is looked at, in ms: no event tells the end of a process that is not a child. */
const ALIVE_POLL_MS = 1_000

const statusSchema = z.object({ status: z.string(), running: z.boolean() })
const shutdownSchema = z.object({ guest: z.boolean(), reason: z.string() })

/** What a session knew when its machine ended. */
export interface SessionEnd {
  /** From QEMU's SHUTDOWN event, when there was one: `guest-shutdown`, `host-qmp-quit`, `host-signal`, ... */
  readonly shutdownReason: string | undefined
  readonly requested: 'power-off' | 'suspend' | undefined
}

export interface VmSessionOptions {
  readonly record: RunRecord
  readonly folders: VmFolders
  readonly consoles: SerialConsoles
  readonly now: () => Date
  readonly onState: (state: VmState) => void
  /** Called once, when the process is gone; resolves when everything about this start is settled. */
  readonly onEnd: (end: SessionEnd) => Promise<unknown>
}

/**
 * One start of one machine, from launch or adoption to its end: its monitor, its serial sockets and its state as QEMU
 * announces it. Dropping a session (`release`) closes connections and leaves the machine as it is.
 */
export class VmSession {
  readonly record: RunRecord
  /** Resolves when the machine has ended and its end is on record. */
  readonly finished: Promise<void>
  #finish = () => {}
  readonly #options: VmSessionOptions
  readonly #abort = new AbortController()
  #identity: ProcessIdentity | undefined
  #qmp: QmpClient | undefined
  #state: VmState
  #shutdownReason: string | undefined
  #requested: SessionEnd['requested']
  #patience = 0
  #deadline: NodeJS.Timeout | undefined
  #press: NodeJS.Timeout | undefined
  #ended = false
  readonly #eventListeners = new Set<(event: QmpEvent) => void>()

  constructor(options: VmSessionOptions) {
    this.#options = options
    this.record = options.record
    this.finished = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.#identity = options.record.process
    this.#state = { kind: 'starting', since: options.record.startedAt }
  }

  get state(): VmState {
    return this.#state
  }

  get identity(): ProcessIdentity | undefined {
    return this.#identity
  }

  identified(identity: ProcessIdentity): void {
    this.#identity = identity
  }

  /**
   * Connects monitor and consoles as soon as QEMU listens; waits as long as the process lives. While QEMU is silent the
   * state says so. Throws QmpConnectionError when the monitor closes or belongs to another machine.
   */
  async attach(marker: ConsoleMarker): Promise<void> {
    const silence = setTimeout(() => this.#setSilent(), SILENT_AFTER_MS)
    try {
      const { record, folders } = this.#options
      const sockets = folders.sockets(record.vmId)
      const connect = async (name: string) =>
        await whenListening(
          join(sockets, name),
          async (path) => await connectUnixChannel(path, { signal: this.#abort.signal }),
          this.#abort.signal,
        )
      const monitor = await connect(record.qmp)
      this.#abort.signal.addEventListener('abort', () => monitor.close(), { once: true })
      const qmp = await openQmp(monitor, Number.POSITIVE_INFINITY)
      const { UUID: uuid } = z.object({ UUID: z.string() }).parse(await qmp.execute('query-uuid'))
      if (uuid !== record.uuid) {
        qmp.close()
        throw new QmpConnectionError('babble', `the monitor belongs to machine ${uuid}`)
      }
      this.#qmp = qmp
      qmp.onEvent((event) => this.#event(event))
      await Promise.all(
        record.serial.map(async (name, port) => {
          const [console, channel] = await Promise.all([this.#options.consoles(record.vmId, port), connect(name)])
          console.attach(channel, marker)
        }),
      )
      qmp.onClose(() => void this.#monitorClosed())
    } finally {
      clearTimeout(silence)
    }
  }

  /** Resolves when the process is no more, however long that takes; for processes that are not our children. */
  async gone(): Promise<void> {
    while (!this.#ended && this.#identity && isAlive(this.#identity)) await sleep(ALIVE_POLL_MS)
  }

  /** Asks QEMU how it is and takes that as the state. */
  async refresh(): Promise<string> {
    const { status } = statusSchema.parse(await this.execute('query-status', {}))
    this.#applyStatus(status)
    return status
  }

  /** Runs a QMP command; a silent QEMU turns the state to `not-answering` until it speaks again. */
  async execute(command: string, args: Readonly<Record<string, unknown>> = {}, timeoutMs?: number): Promise<unknown> {
    if (!this.#qmp) throw new QmpConnectionError('silent', 'QEMU has not answered yet')
    try {
      return await this.#qmp.execute(command, args, this.#patience > 0 ? Number.POSITIVE_INFINITY : timeoutMs)
    } catch (error) {
      if (error instanceof QmpConnectionError && error.kind === 'silent') {
        this.#setSilent()
        void this.#qmp.execute('query-status', {}, Number.POSITIVE_INFINITY).then(
          (answer) => this.#applyStatus(statusSchema.parse(answer).status),
          () => {},
        )
      }
      throw error
    }
  }

  /** Calls `listener` for each event of QEMU from now on. Returns the end of it. */
  onQmpEvent(listener: (event: QmpEvent) => void): () => void {
    this.#eventListeners.add(listener)
    return () => void this.#eventListeners.delete(listener)
  }

  /**
   * While `work` goes on, silence of QEMU is what was asked for: its monitor answers nothing while it writes the guest's
   * memory into a snapshot.
   */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    this.#patience += 1
    try {
      return await work()
    } finally {
      this.#patience -= 1
    }
  }

  /** Asks the guest to switch itself off. After `deadlineMs` without effect the state says that it was ignored. */
  async requestShutdown(deadlineMs: number): Promise<void> {
    if (this.#state.kind === 'paused') await this.execute('cont')
    await this.execute('system_powerdown')
    this.#pressAgain()
    const deadline = new Date(this.#options.now().getTime() + deadlineMs).toISOString()
    this.#setState({ kind: 'stopping', pid: this.#pid(), deadline })
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => {
      if (this.#state.kind === 'stopping')
        this.#setState({ kind: 'running', pid: this.#pid(), since: this.record.startedAt, shutdownIgnored: true })
    }, deadlineMs)
  }

  /** A guest that has not loaded the button's driver yet loses the press without a trace: press until it takes effect. */
  #pressAgain(): void {
    clearTimeout(this.#press)
    this.#press = setTimeout(() => {
      if (this.#state.kind !== 'stopping') return
      void this.execute('system_powerdown').catch(() => {})
      this.#pressAgain()
    }, PRESS_AGAIN_MS)
  }

  /** Ends the machine as if its cord were pulled: by QMP, and where that stays silent by SIGKILL to this very process. */
  async powerOff(reason: 'power-off' | 'suspend' = 'power-off'): Promise<void> {
    this.#requested = reason
    if (this.#qmp && this.#state.kind !== 'not-answering') {
      // The connection may close before the answer comes: that is success, too.
      await this.#qmp.execute('quit', {}, QUIT_MS).catch(() => {})
      if (await this.#waitUntilGone(QUIT_MS)) return await this.finished
    }
    if (this.#identity) signalProcess(this.#identity, 'SIGKILL')
    if (!(await this.#waitUntilGone(GONE_LIMIT_MS)))
      throw new QmpConnectionError('silent', `process ${this.#pid()} does not end, not even by SIGKILL`)
    if (!this.#qmp) this.end()
    await this.finished
  }

  setSuspending(progress: number): void {
    this.#setState({ kind: 'suspending', pid: this.#pid(), progress })
  }

  /** After a suspend that failed: states follow QEMU again. */
  resumeStates(): void {
    this.#setState({ kind: 'paused', pid: this.#pid(), since: this.record.startedAt, reason: 'user' })
  }

  /** The process is gone: announces the end, once. */
  end(): void {
    if (this.#ended) return
    this.release()
    const end = { shutdownReason: this.#shutdownReason, requested: this.#requested }
    void this.#options.onEnd(end).finally(this.#finish)
  }

  /** Closes every connection and forgets the machine without touching it. */
  release(): void {
    this.#ended = true
    clearTimeout(this.#deadline)
    clearTimeout(this.#press)
    this.#abort.abort(new Error('Petri let go of the machine'))
    this.#qmp?.close()
  }

  async #monitorClosed(): Promise<void> {
    if (this.#ended) return
    if (await this.#waitUntilGone(GONE_LIMIT_MS)) return this.end()
    // The process lives without a monitor: nothing can be asked any more, and nothing is assumed.
    this.#setSilent()
    await this.gone()
    this.end()
  }

  async #waitUntilGone(limitMs: number): Promise<boolean> {
    const until = Date.now() + limitMs
    while (this.#identity && isAlive(this.#identity)) {
      if (Date.now() > until) return false
      await sleep(GONE_POLL_MS)
    }
    return true
  }

  #event(event: QmpEvent): void {
    for (const listener of this.#eventListeners) listener(event)
    switch (event.name) {
      case 'SHUTDOWN': {
        this.#shutdownReason = shutdownSchema.safeParse(event.data).data?.reason ?? 'unknown'
        return
      }
      case 'STOP':
      case 'RESUME':
      case 'GUEST_PANICKED':
      case 'WATCHDOG':
      case 'BLOCK_IO_ERROR': {
        // The event says that something changed; QEMU's answer says to what.
        if (this.#state.kind !== 'suspending') void this.refresh().catch(() => {})
        return
      }
    }
  }

  #applyStatus(status: string): void {
    if (this.#ended || this.#state.kind === 'suspending') return
    const since = this.record.startedAt
    if (status !== 'running')
      return this.#setState({ kind: 'paused', pid: this.#pid(), since, reason: reasonOf(status) })
    // A guest that was asked to switch itself off goes on running for a while.
    if (this.#state.kind !== 'stopping') this.#setState({ kind: 'running', pid: this.#pid(), since })
  }

  #setSilent(): void {
    if (!this.#ended)
      this.#setState({ kind: 'not-answering', pid: this.#pid(), since: this.#options.now().toISOString() })
  }

  #setState(state: VmState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return
    this.#state = state
    this.#options.onState(state)
  }

  #pid(): number {
    return this.#identity?.pid ?? 0
  }
}

const reasonOf = (status: string) => (status === 'paused' ? 'user' : status)

const sleep = async (ms: number) => await new Promise<void>((resolve) => setTimeout(resolve, ms))
