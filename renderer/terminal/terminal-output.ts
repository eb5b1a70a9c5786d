import type { Terminal } from '@xterm/xterm'

import { createEscapeGuard } from './escape-guard.ts'
import { noticeColors } from './terminal-theme.ts'

/** Acknowledgements are gathered for this long, in ms, or until this many bytes. */
const ACK_AFTER_MS = 12
const ACK_AT_BYTES = 64 * 1024

/** Ends whatever the guest left open and puts attributes, wrapping, margins and the cursor back. */
const SOFT_RESET = '\x18\x1b[!p\x1b[0m\x1b[?7h\x1b[?25h'

/** Feeds a terminal: everything passes in order, and what xterm has drawn is acknowledged. */
export interface TerminalOutput {
  data(bytes: Uint8Array, replay: boolean): void
  /** A line of Petri's own, set off in colour. `fresh`: the guest begins anew, so its screen mode is left too. */
  notice(text: string, fresh: boolean): void
  /** Output is missing here. */
  skip(): void
  /** True while xterm works on replayed history. */
  readonly replaying: boolean
  /** Begins anew with an empty terminal. */
  reset(): void
  dispose(): void
}

export function createTerminalOutput(terminal: Terminal, acknowledge: (bytes: number) => void): TerminalOutput {
  const guard = createEscapeGuard()
  let replaysUnderWay = 0
  let drawnBytes = 0
  let timer: number | undefined
  let empty = true
  /** Pieces of an earlier life are not acknowledged to the next one. */
  let life = 0

  function drawn(bytes: number): void {
    drawnBytes += bytes
    if (drawnBytes >= ACK_AT_BYTES) send()
    else timer ??= window.setTimeout(send, ACK_AFTER_MS)
  }

  function send(): void {
    clearTimeout(timer)
    timer = undefined
    const bytes = drawnBytes
    drawnBytes = 0
    if (bytes > 0) acknowledge(bytes)
  }

  return {
    data(bytes, replay) {
      empty = false
      const ofLife = life
      const slices = guard.filter(bytes)
      const last = slices.pop() ?? new Uint8Array(0)
      if (replay) replaysUnderWay += 1
      for (const slice of slices) terminal.write(slice)
      terminal.write(last, () => {
        if (ofLife !== life) return
        if (replay) replaysUnderWay -= 1
        drawn(bytes.length)
      })
    },
    notice(text, fresh) {
      const start = `${SOFT_RESET}${fresh ? '\x1b[?1049l' : ''}${empty ? '' : '\r\n'}`
      empty = false
      guard.reset()
      terminal.write(`${start} ${text}\r\n`, () => {
        const lines = Math.ceil((text.length + 1) / terminal.cols)
        for (let line = 1; line <= lines; line += 1) {
          const marker = terminal.registerMarker(-line)
          terminal.registerDecoration({ marker, width: terminal.cols, ...noticeColors })
        }
      })
    },
    skip: () => guard.reset(),
    get replaying() {
      return replaysUnderWay > 0
    },
    reset() {
      life += 1
      replaysUnderWay = 0
      drawnBytes = 0
      empty = true
      guard.reset()
      // Through the queue, so that output still waiting is cleared as well.
      terminal.write('\x18\x1bc')
    },
    dispose() {
      clearTimeout(timer)
      life += 1
    },
  }
}
