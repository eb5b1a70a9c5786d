import type { Terminal } from '@xterm/xterm'

import { createEscapeGuard } from './escape-guard.ts'
import { createGlyphPacer } from './glyph-pacer.ts'
import { noticeColors } from './terminal-theme.ts'

/** Output that is filtered in one go; the next piece follows when xterm has parsed this one. */
const PIECE_BYTES = 8 * 1024
/** Acknowledgements are gathered for this long, in ms, or until this many bytes. */
const ACK_AFTER_MS = 12
const ACK_AT_BYTES = 64 * 1024

/** Ends whatever the guest left open and puts attributes, wrapping, margins and the cursor back. */
const SOFT_RESET = '\x18\x1b[!p\x1b[0m\x1b[?7h\x1b[?25h'

/** Feeds a terminal: everything passes in order, and what xterm has parsed is acknowledged. */
export interface TerminalOutput {
  data(bytes: Uint8Array, replay: boolean): void
  /** A line of Petri's own, set off in colour. `fresh`: the guest begins anew, so its screen mode is left too. */
  notice(text: string, fresh: boolean): void
  /** True while xterm parses replayed history. */
  readonly replaying: boolean
  /** Forgets what waits and begins anew with an empty terminal. */
  reset(): void
  dispose(): void
}

type Entry =
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly replay: boolean }
  | { readonly kind: 'notice'; readonly text: string; readonly fresh: boolean }
  | { readonly kind: 'reset' }

/** xterm parses for 12 ms at a time, but never stops inside one write (6.0); so every write is small. */
export function createTerminalOutput(terminal: Terminal, acknowledge: (bytes: number) => void): TerminalOutput {
  const guard = createEscapeGuard()
  const pacer = createGlyphPacer()
  let queue: Entry[] = []
  let current: Entry | undefined
  let pause: number | undefined
  let parsedBytes = 0
  let ackTimer: number | undefined
  let empty = true
  let disposed = false

  function enqueue(entry: Entry): void {
    queue.push(entry)
    if (current === undefined && pause === undefined) next()
  }

  function next(): void {
    pause = undefined
    current = disposed ? undefined : queue.shift()
    if (current?.kind === 'data') writeData(current)
    else if (current?.kind === 'notice') writeNotice(current.text, current.fresh)
    else if (current !== undefined) terminal.write('\x18\x1bc', next)
  }

  function writeData(entry: Extract<Entry, { kind: 'data' }>): void {
    const now = performance.now()
    const whole = entry.bytes.subarray(0, PIECE_BYTES)
    const piece = whole.subarray(0, pacer.allowance(whole, now))
    if (piece.length < entry.bytes.length) queue.unshift({ ...entry, bytes: entry.bytes.subarray(piece.length) })
    if (piece.length === 0) {
      current = undefined
      pause = window.setTimeout(next, pacer.waitMs(now))
      return
    }
    const slices = guard.filter(piece)
    const last = slices.pop() ?? new Uint8Array(0)
    for (const slice of slices) terminal.write(slice)
    terminal.write(last, () => {
      parsed(piece.length)
      next()
    })
  }

  function writeNotice(text: string, fresh: boolean): void {
    const start = `${SOFT_RESET}${fresh ? '\x1b[?1049l' : ''}${empty ? '' : '\r\n'}`
    empty = false
    guard.reset()
    terminal.write(`${start} ${text}\r\n`, () => {
      const lines = Math.ceil((text.length + 1) / terminal.cols)
      for (let line = 1; line <= lines; line += 1) {
        const marker = terminal.registerMarker(-line)
        terminal.registerDecoration({ marker, width: terminal.cols, ...noticeColors })
      }
      next()
    })
  }

  function parsed(bytes: number): void {
    parsedBytes += bytes
    if (parsedBytes >= ACK_AT_BYTES) sendAck()
    else ackTimer ??= window.setTimeout(sendAck, ACK_AFTER_MS)
  }

  function sendAck(): void {
    clearTimeout(ackTimer)
    ackTimer = undefined
    const bytes = parsedBytes
    parsedBytes = 0
    if (bytes > 0) acknowledge(bytes)
  }

  return {
    data(bytes, replay) {
      empty = false
      enqueue({ kind: 'data', bytes, replay })
    },
    notice: (text, fresh) => enqueue({ kind: 'notice', text, fresh }),
    get replaying() {
      return current?.kind === 'data' && current.replay
    },
    reset() {
      queue = []
      parsedBytes = 0
      empty = true
      guard.reset()
      enqueue({ kind: 'reset' })
    },
    dispose() {
      disposed = true
      clearTimeout(ackTimer)
      clearTimeout(pause)
    },
  }
}
