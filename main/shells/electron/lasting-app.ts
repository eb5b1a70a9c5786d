import type { ApiEvent } from '#contract/api'
import type { ConsoleHandle } from '#contract/console'
import type { Failure } from '#contract/failure'

import type { App } from '../../api/app.ts'

/** Pause between attempts to find or become the owner, in ms. */
const RETRY_MS = 500

/** Opens the app, here or in another process; calls `onLost` once when that process is lost. */
export type OpenApp = (onLost: () => void) => Promise<App>

/**
 * The app of a window that outlives its owner: when the process that owns the data folder ends, the next one is found,
 * or this process becomes it. In between calls fail with `unavailable`; subscriptions carry over, consoles do not.
 */
export class LastingApp implements App {
  readonly #open: OpenApp
  readonly #eventListeners = new Set<(event: ApiEvent) => void>()
  readonly #connectionListeners = new Set<(connected: boolean) => void>()
  #app: App | undefined
  #retry: NodeJS.Timeout | undefined
  #disposed = false

  private constructor(open: OpenApp) {
    this.#open = open
  }

  /** Rejects when the first opening fails; later ones are tried until they succeed. */
  static async open(open: OpenApp): Promise<LastingApp> {
    const lasting = new LastingApp(open)
    await lasting.#connect()
    return lasting
  }

  dispatch(...call: Parameters<App['dispatch']>): ReturnType<App['dispatch']> {
    return this.#app?.dispatch(...call) ?? Promise.resolve({ ok: false, failure: noOwner })
  }

  subscribe(listener: (event: ApiEvent) => void): () => void {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  openConsole(...[target, listener]: Parameters<App['openConsole']>): ConsoleHandle {
    if (this.#app) return this.#app.openConsole(target, listener)
    queueMicrotask(() => listener({ kind: 'closed', reason: noOwner.title }))
    return { send: () => undefined, close: () => undefined }
  }

  /** Tells when the owner is lost and when there is one again. Returns the end of the subscription. */
  onConnection(listener: (connected: boolean) => void): () => void {
    this.#connectionListeners.add(listener)
    return () => this.#connectionListeners.delete(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    clearTimeout(this.#retry)
    await this.#app?.[Symbol.asyncDispose]()
  }

  async #connect(): Promise<void> {
    const app = await this.#open(() => this.#onLost())
    if (this.#disposed) return app[Symbol.asyncDispose]()
    this.#app = app
    app.subscribe((event) => {
      for (const listener of this.#eventListeners) listener(event)
    })
  }

  #onLost(): void {
    if (this.#disposed) return
    this.#app = undefined
    for (const listener of this.#connectionListeners) listener(false)
    this.#reconnect()
  }

  #reconnect(): void {
    this.#connect().then(
      () => {
        for (const listener of this.#connectionListeners) listener(true)
      },
      () => {
        if (!this.#disposed) this.#retry = setTimeout(() => this.#reconnect(), RETRY_MS)
      },
    )
  }
}

const noOwner: Failure = {
  code: 'unavailable',
  title: 'The Petri that runs the machines has ended',
  cause: 'This window was attached to it. The machines run on.',
  cure: { text: 'This window takes over by itself. Try again in a moment.' },
}
