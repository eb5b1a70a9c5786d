import { useEffect } from 'react'

/** Nobody has read the first picture and moved a hand to it by then. In ms. */
const AFTER_MS = 700

/** A page that is never idle does the work all the same, after this many ms more. */
const WITHIN_MS = 4_000

/**
 * Does `work` once, some time after `ready` has become true, when nothing else wants the processor: what will be wanted
 * soon must not delay what is wanted now. `work` must stay the same between renderings.
 */
export function useOnceSettled(ready: boolean, work: () => void): void {
  useEffect(() => {
    if (!ready) return
    let idle: number | undefined
    const timer = setTimeout(() => {
      idle = requestIdleCallback(work, { timeout: WITHIN_MS })
    }, AFTER_MS)
    return () => {
      clearTimeout(timer)
      if (idle !== undefined) cancelIdleCallback(idle)
    }
  }, [ready, work])
}
