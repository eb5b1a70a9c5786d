/** What counts as a stall: fewer than `minBytes` within `windowMs`. */
export interface StallLimit {
  readonly windowMs: number
  readonly minBytes: number
}

/**
 * Calls `onStall` once when less than the limit has come within a window. A window at whose end nobody reads (`hold`), and
 * the one after it, do not count. Ended by `end`.
 */
export function watchForStall({ windowMs, minBytes }: StallLimit, onStall: () => void) {
  let bytes = 0
  let held = false
  let heldBefore = false
  const timer = setInterval(() => {
    if (!held && !heldBefore && bytes < minBytes) {
      clearInterval(timer)
      onStall()
    }
    bytes = 0
    heldBefore = held
  }, windowMs)
  return {
    came: (count: number) => void (bytes += count),
    hold: (on: boolean) => void (held = on),
    end: () => clearInterval(timer),
  }
}
