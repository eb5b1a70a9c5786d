/** Gathers what the guard lets through, cut into slices of bounded work. */
export interface GuardOutput {
  /** Bytes of plain text; kept as a view until the slice is cut. */
  plain(bytes: Uint8Array): void
  sequence(text: string, cost: number): void
  /** The slices since the last call. */
  take(): Uint8Array[]
}

const encoder = new TextEncoder()

/** @param budget work per slice: 1 is one plain character */
export function createGuardOutput(budget: number): GuardOutput {
  let slices: Uint8Array[] = []
  let parts: Uint8Array[] = []
  let spent = 0

  function cut(): void {
    if (parts.length > 0) slices.push(joined(parts))
    parts = []
    spent = 0
  }

  function add(bytes: Uint8Array, cost: number): void {
    if (spent > 0 && spent + cost > budget) cut()
    parts.push(bytes)
    spent += cost
  }

  return {
    plain(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (spent >= budget) cut()
        const piece = bytes.subarray(at, at + budget - spent)
        add(piece, piece.length)
        at += piece.length
      }
    },
    sequence: (text, cost) => add(encoder.encode(text), cost),
    take() {
      cut()
      const taken = slices
      slices = []
      return taken
    },
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
