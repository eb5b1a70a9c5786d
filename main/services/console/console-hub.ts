import {
  CONSOLE_FRAME_BYTES,
  type ConsoleFrame,
  type ConsoleHandle,
  type ConsoleMarker,
  type ViewerFrame,
} from '#contract/console'

import type { ByteChannel } from '../../system/byte-channel.ts'
import { createConsoleHistory } from './console-history.ts'
import { createConsoleInput } from './console-input.ts'
import type { ConsoleLog } from './console-log.ts'
import { createConsoleViewer, type ConsoleStanding, type ConsoleViewer } from './console-viewer.ts'

/** Shortest time between two rounds of small frames, in ms: a guest that prints byte by byte costs few frames. */
const ROUND_MS = 4
/** Backlog of the slowest viewer at which a source that may wait is paused, and the one at which it goes on. */
const PAUSE_AT_BYTES = 512 * 1024
const RESUME_AT_BYTES = 256 * 1024
/** Time in which a channel whose other side is ending may deliver its last bytes, in ms. */
const LAST_BYTES_MS = 500
const TERMINAL_MAX_SIDE = 1000

/** One console: a channel that comes and goes, its history and log, and any number of viewers. See docs/console.md. */
export interface ConsoleHub {
  /** Takes over a channel and closes the one before it. The marker stands before the channel's first byte. */
  attach(channel: ByteChannel, marker: ConsoleMarker): void
  /**
   * The other side has ended or is about to: what it still sends is taken in (for at most LAST_BYTES_MS), then the
   * marker is set. Viewers stay and are told `idle` with the reason.
   */
  detach(marker: ConsoleMarker, reason: string): void
  open(listener: (frame: ConsoleFrame) => void): ConsoleHandle
  /** The newest output in readable form: from the log, or from memory when the console has none. */
  tail(maxBytes: number): Promise<{ readonly bytes: Uint8Array; readonly totalBytes: number }>
  /** The console is over: viewers get the rest and `closed`, the log is written and closed. */
  close(reason: string): Promise<void>
}

/**
 * @param log undefined: nothing is kept on disk (a throwaway run)
 * @param flow `drain` for serial sockets, whose guest freezes when nobody reads: viewers that cannot keep up skip.
 *   `pause` for ptys: the program waits for the slowest viewer, and nobody skips.
 */
export function createConsoleHub({
  log,
  now,
  flow,
}: {
  readonly log: ConsoleLog | undefined
  readonly now: () => Date
  readonly flow: 'drain' | 'pause'
}): ConsoleHub {
  const history = log?.history ?? createConsoleHistory()
  const output = log ?? history
  const input = createConsoleInput(now)
  const viewers = new Set<ConsoleViewer>()
  let channel: ByteChannel | undefined
  let standing: ConsoleStanding = { kind: 'idle', reason: 'Not running.' }
  /** Whose terminal answers the guest: the viewer that typed last. */
  let typist: ConsoleViewer | undefined
  let ending: { readonly finish: () => void; readonly timer: NodeJS.Timeout } | undefined
  let size: { readonly cols: number; readonly rows: number } | undefined
  let paused = false
  let round: NodeJS.Timeout | NodeJS.Immediate | undefined
  let roundAt = 0
  let burstTimer: NodeJS.Timeout | undefined
  let burstTimerAt = 0
  let unsentBytes = 0

  if (history.lastMarker !== undefined && history.lastMarker.kind !== 'power-off') {
    output.mark({ kind: 'gap', at: now().toISOString(), text: 'Output while Petri was not running was not recorded.' })
  }

  function receive(bytes: Uint8Array): void {
    output.append(bytes)
    unsentBytes += bytes.length
    scheduleRound()
    steer()
  }

  /** At once after a rest or for a full frame; otherwise small pieces are gathered for a moment. */
  function scheduleRound(): void {
    if (viewers.size === 0) return
    if (!hasPromptViewer()) return awaitBurst()
    const restMs = roundAt + ROUND_MS - now().getTime()
    const urgent = unsentBytes >= CONSOLE_FRAME_BYTES || restMs <= 0 || restMs > ROUND_MS
    if (round === undefined) round = urgent ? setImmediate(runRound) : setTimeout(runRound, restMs)
  }

  /** Whether anybody gets output as it comes. Who is behind waits for his next burst, and a flood costs no rounds. */
  function hasPromptViewer(): boolean {
    for (const viewer of viewers) if (viewer.nextBurstAt === undefined) return true
    return false
  }

  function runRound(): void {
    round = undefined
    roundAt = now().getTime()
    unsentBytes = 0
    for (const viewer of viewers) serve(viewer)
    steer()
  }

  function serve(viewer: ConsoleViewer): void {
    viewer.pump(standing, now().getTime())
    if (viewer.nextBurstAt !== undefined) awaitBurst()
    if (standing.kind === 'closed' && viewer.backlogBytes === 0) viewers.delete(viewer)
  }

  /** The timer follows the viewer whose burst is due first, to the millisecond: a key's echo may be in it. */
  function awaitBurst(): void {
    let dueAt = Number.POSITIVE_INFINITY
    for (const { nextBurstAt } of viewers) dueAt = Math.min(dueAt, nextBurstAt ?? dueAt)
    if (dueAt === Number.POSITIVE_INFINITY || (burstTimer !== undefined && burstTimerAt <= dueAt)) return
    clearTimeout(burstTimer)
    burstTimerAt = dueAt
    burstTimer = setTimeout(runBursts, dueAt - now().getTime())
  }

  function runBursts(): void {
    burstTimer = undefined
    for (const viewer of viewers) serve(viewer)
  }

  function stand(next: ConsoleStanding): void {
    standing = next
    for (const viewer of viewers) serve(viewer)
  }

  /** Holds the source back while a viewer is far behind, where the source may wait. */
  function steer(): void {
    if (flow === 'drain' || channel === undefined || ending !== undefined) return
    const backlog = Math.max(0, ...[...viewers].map((viewer) => viewer.backlogBytes))
    if (!paused && backlog >= PAUSE_AT_BYTES) channel.pause()
    else if (paused && backlog < RESUME_AT_BYTES) channel.resume()
    else return
    paused = !paused
  }

  /** Closes the channel; from here on it is no longer heard. */
  function release(): void {
    const old = channel
    channel = undefined
    paused = false
    input.disconnect()
    old?.close()
  }

  /** Sets the marker of a detachment that still waits for last bytes. */
  function finishDetach(): void {
    clearTimeout(ending?.timer)
    const finish = ending?.finish
    ending = undefined
    finish?.()
  }

  function accept(viewer: ConsoleViewer, frame: ViewerFrame): void {
    switch (frame.kind) {
      case 'write': {
        typist = viewer
        viewer.typed(now().getTime())
        awaitBurst()
        const dropped = input.write(frame.bytes)
        if (dropped > 0) viewer.tell({ kind: 'input-dropped', bytes: dropped })
        return
      }
      case 'reply': {
        const [first] = viewers
        if (viewer === (typist ?? first)) input.reply(frame.bytes)
        return
      }
      case 'ack':
        viewer.acknowledge(frame.bytes)
        serve(viewer)
        return steer()
      case 'resize':
        if (!isSide(frame.cols) || !isSide(frame.rows)) return
        size = { cols: frame.cols, rows: frame.rows }
        return channel?.resize(frame.cols, frame.rows)
    }
  }

  return {
    attach(next, marker) {
      finishDetach()
      release()
      output.mark(marker)
      channel = next
      input.connect(next)
      stand({ kind: 'live' })
      if (size !== undefined) next.resize(size.cols, size.rows)
      next.onClose((reason) => {
        if (channel !== next) return
        if (ending !== undefined) return finishDetach()
        release()
        stand({ kind: 'idle', reason })
      })
      next.onData((bytes) => {
        if (channel === next) receive(bytes)
      })
      steer()
    },
    detach(marker, reason) {
      finishDetach()
      const finish = () => {
        release()
        output.mark(marker)
        stand({ kind: 'idle', reason })
      }
      if (channel === undefined) return finish()
      if (paused) channel.resume()
      paused = false
      ending = { finish, timer: setTimeout(finishDetach, LAST_BYTES_MS) }
    },
    open(listener) {
      const viewer = createConsoleViewer(history, channel !== undefined, listener)
      viewers.add(viewer)
      serve(viewer)
      steer()
      return {
        send(frame) {
          if (viewers.has(viewer)) accept(viewer, frame)
        },
        close() {
          viewers.delete(viewer)
          if (typist === viewer) typist = undefined
          steer()
        },
      }
    },
    async tail(maxBytes) {
      if (log !== undefined) return log.tail(maxBytes)
      const { ring } = history
      const bytes = ring.read(Math.max(ring.start, ring.end - maxBytes), maxBytes)
      return { bytes, totalBytes: ring.end - ring.start }
    },
    async close(reason) {
      if (standing.kind === 'closed') return
      finishDetach()
      release()
      stand({ kind: 'closed', reason })
      await log?.close()
    },
  }
}

function isSide(length: number): boolean {
  return Number.isInteger(length) && length >= 1 && length <= TERMINAL_MAX_SIDE
}
