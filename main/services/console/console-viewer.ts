import { CONSOLE_FRAME_BYTES, CONSOLE_VIEWER_WINDOW_BYTES, type ConsoleFrame } from '#contract/console'

import type { ConsoleHistory } from './console-history.ts'

/**
 * A viewer that has lost output is shown the newest of it, this much and no more often than this, until it has caught
 * up: nobody reads faster, drawing more would take the processor from the guest, and a keystroke's echo waits behind
 * nothing but one such piece.
 */
const BURST = { maxBytes: 32 * 1024, everyMs: 30 }
/** The same for who has not typed for TYPING_MS: a screenful, now and then. */
const WATCHED_BURST = { maxBytes: 12 * 1024, everyMs: 200 }
const TYPING_MS = 2_000
/** How far a place to go on is moved to the beginning of a line. */
const LINE_SEARCH_BYTES = 4096

/** What a viewer is told once it has everything before it. */
export type ConsoleStanding =
  | { readonly kind: 'live' }
  | { readonly kind: 'idle'; readonly reason: string }
  | { readonly kind: 'closed'; readonly reason: string }

/** One viewer's place in the stream. It holds no output of its own: frames are cut from the history. */
export interface ConsoleViewer {
  /** Sends what is allowed at this time, then the standing if all is sent. */
  pump(standing: ConsoleStanding, nowMs: number): void
  acknowledge(bytes: number): void
  /** Its person typed: the answer is wanted soon. */
  typed(nowMs: number): void
  /** Tells outside the stream's order. */
  tell(frame: ConsoleFrame): void
  /** Output not sent yet, in bytes. */
  readonly backlogBytes: number
  /**
   * The time at which it wants to be pumped again, in ms; undefined for a viewer that gets output as it comes, and
   * Infinity for one that has not drawn its last burst: it is pumped when it acknowledges.
   */
  readonly nextBurstAt: number | undefined
}

/** Begins with `attached`; the history follows with the first `pump`. */
export function createConsoleViewer(
  history: ConsoleHistory,
  live: boolean,
  listener: (frame: ConsoleFrame) => void,
): ConsoleViewer {
  const { ring } = history
  const replayEnd = ring.end
  const markersBefore = history.nextSequence
  let cursor = ring.start === 0 ? 0 : ring.nextLine(ring.start, LINE_SEARCH_BYTES)
  let sequence = history.firstSequence()
  let unacknowledged = 0
  let behind = false
  let burstAt = 0
  let typedAt = Number.NEGATIVE_INFINITY
  let told: ConsoleStanding = { kind: 'live' }

  listener({ kind: 'attached', live, historyBytes: replayEnd - cursor })

  function skipTo(offset: number): void {
    const bytes = offset - cursor
    cursor = offset
    listener({ kind: 'skipped', bytes })
  }

  /** Shows the newest output, if it is time and the piece before has been drawn. */
  function burst(nowMs: number): void {
    if (unacknowledged > 0 || nowMs < burstAt) return
    const { maxBytes, everyMs } = nowMs - typedAt < TYPING_MS ? BURST : WATCHED_BURST
    burstAt = nowMs + everyMs
    if (ring.end - cursor > maxBytes) skipTo(ring.nextLine(ring.end - maxBytes, LINE_SEARCH_BYTES))
    else behind = false
    while (sendNext(maxBytes));
  }

  /** Sends the next frame; false when there is nothing to send. */
  function sendNext(window: number): boolean {
    const placed = history.markerFrom(sequence)
    if (placed !== undefined && placed.offset <= cursor) {
      sequence = placed.sequence + 1
      listener({ kind: 'marker', marker: placed.marker, replay: placed.sequence < markersBefore })
      return true
    }
    const replay = cursor < replayEnd
    const end = Math.min(ring.end, placed?.offset ?? ring.end, replay ? replayEnd : ring.end)
    const length = Math.min(CONSOLE_FRAME_BYTES, end - cursor, window - unacknowledged)
    if (length <= 0) return false
    const bytes = ring.read(cursor, length)
    cursor += length
    unacknowledged += length
    listener({ kind: 'data', bytes, replay })
    return true
  }

  return {
    pump(standing, nowMs) {
      behind ||= cursor < ring.start
      if (behind) burst(nowMs)
      else while (sendNext(CONSOLE_VIEWER_WINDOW_BYTES));
      if (cursor < ring.end || history.markerFrom(sequence) !== undefined) return
      if (standing === told) return
      told = standing
      if (standing.kind !== 'live') listener(standing)
    },
    acknowledge(bytes) {
      unacknowledged = Math.max(0, unacknowledged - bytes)
    },
    typed(nowMs) {
      typedAt = nowMs
      burstAt = Math.min(burstAt, nowMs + BURST.everyMs)
    },
    tell: listener,
    get nextBurstAt() {
      if (!behind || cursor >= ring.end) return undefined
      return unacknowledged > 0 ? Number.POSITIVE_INFINITY : burstAt
    },
    get backlogBytes() {
      return ring.end - cursor
    },
  }
}
