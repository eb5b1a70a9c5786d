import { setTimeout as wait } from 'node:timers/promises'

/** Answers that may be held back at once; further ones are refused without a word. */
const MAX_WAITING = 16
/** After this long without a bad token the delay starts over, in ms. */
const FORGET_AFTER_MS = 60_000

/**
 * Makes guessing slow: each bad token is answered later than the one before, up to `maxMs`, while good ones never wait.
 */
export class BadTokenBrake {
  readonly #now: () => Date
  readonly #firstMs: number
  readonly #maxMs: number
  #failures = 0
  #lastFailureMs = 0
  #waiting = 0

  constructor(options: { readonly now: () => Date; readonly firstMs: number; readonly maxMs: number }) {
    this.#now = options.now
    this.#firstMs = options.firstMs
    this.#maxMs = options.maxMs
  }

  /** Waits as long as the answer to a bad token is to wait; false at once when too many wait already. */
  async hold(): Promise<boolean> {
    const nowMs = this.#now().getTime()
    if (nowMs - this.#lastFailureMs > FORGET_AFTER_MS) this.#failures = 0
    this.#lastFailureMs = nowMs
    const delayMs = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(this.#failures, 20))
    this.#failures += 1
    if (this.#waiting >= MAX_WAITING) return false
    this.#waiting += 1
    await wait(delayMs, undefined, { ref: false })
    this.#waiting -= 1
    return true
  }
}
