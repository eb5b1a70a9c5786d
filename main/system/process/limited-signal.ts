/** A signal with a time limit, to be disposed of when the work is over. */
export interface LimitedSignal extends Disposable {
  readonly signal: AbortSignal
  /** Whether it was the time that ended it. */
  isOver(): boolean
}

/**
 * A signal that ends with another, or when the time is over, in ms. With a timer of its own: `AbortSignal.any` of an
 * `AbortSignal.timeout` can be collected as garbage with everything that listens to it, and then never fires.
 */
export function limitedSignal(signal: AbortSignal, limitMs: number): LimitedSignal {
  const stop = new AbortController()
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
    stop.abort(new DOMException(`not within ${limitMs} ms`, 'TimeoutError'))
  }, limitMs)
  const onAbort = () => stop.abort(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    signal: stop.signal,
    isOver: () => isOver,
    [Symbol.dispose]() {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}
