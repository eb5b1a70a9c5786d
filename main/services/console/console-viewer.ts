import { CONSOLE_FRAME_BYTES, CONSOLE_VIEWER_WINDOW_BYTES, type ConsoleFrame } from '#contract/console'

import type { ConsoleHistory } from './console-history.ts'

/**
 * Window of a viewer that has lost output and not caught up yet, in bytes, and the backlog at which it is moved
 * forward again. Smaller than the full window: what is in flight is what a keystroke's echo waits behind.
 */
const BEHIND_WINDOW_BYTES = 256 * 1024
/** Newest output that a viewer moved forward goes on with: some screens full. */
const RESUME_BYTES = 64 * 1024
/** How far a place to go on is moved to the beginning of a line. */
const LINE_SEARCH_BYTES = 4096

/** What a viewer is told once it has everything before it. */
export type ConsoleStanding =
  | { readonly kind: 'live' }
  | { readonly kind: 'idle'; readonly reason: string }
  | { readonly kind: 'closed'; readonly reason: string }

/** One viewer's place in the stream. It holds no output of its own: frames are cut from the history. */
export interface ConsoleViewer {
  /** Sends what the window allows, then the standing if all is sent. */
  pump(standing: ConsoleStanding): void
  acknowledge(bytes: number): void
  /** Tells outside the stream's order. */
  tell(frame: ConsoleFrame): void
  /** Output not sent yet, in bytes. */
  readonly backlogBytes: number
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
  let told: ConsoleStanding = { kind: 'live' }

  listener({ kind: 'attached', live, historyBytes: replayEnd - cursor })

  function skipAhead(): void {
    const lost = cursor < ring.start
    const late = behind && ring.end - cursor > BEHIND_WINDOW_BYTES
    if (!lost && !late) return
    behind = true
    const target = ring.nextLine(ring.end - RESUME_BYTES, LINE_SEARCH_BYTES)
    const bytes = target - cursor
    cursor = target
    listener({ kind: 'skipped', bytes })
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
    pump(standing) {
      const window = () => (behind ? BEHIND_WINDOW_BYTES : CONSOLE_VIEWER_WINDOW_BYTES)
      while (unacknowledged < window()) {
        skipAhead()
        if (!sendNext(window())) break
      }
      if (cursor < ring.end || history.markerFrom(sequence) !== undefined) return
      if (unacknowledged === 0) behind = false
      if (standing === told) return
      told = standing
      if (standing.kind !== 'live') listener(standing)
    },
    acknowledge(bytes) {
      unacknowledged = Math.max(0, unacknowledged - bytes)
    },
    tell: listener,
    get backlogBytes() {
      return ring.end - cursor
    },
  }
}
