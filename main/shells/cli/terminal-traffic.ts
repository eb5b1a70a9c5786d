/** Ctrl-]: leaves the console, as in telnet and virsh. */
export const LEAVE_BYTE = 0x1d

/** One run of bytes from a person's terminal: typed, or the terminal's own answer to a query of the guest. */
export interface InputRun {
  readonly kind: 'write' | 'reply'
  readonly bytes: Uint8Array
}

/**
 * Tells answers of the terminal (cursor position, status, device attributes; ECMA-48 and xterm's control sequences)
 * from what a person typed. An answer that arrives in two pieces counts as typed, which does no harm.
 */
export function inputRuns(bytes: Uint8Array): readonly InputRun[] {
  const text = Buffer.from(bytes).toString('latin1')
  const runs: InputRun[] = []
  let end = 0
  for (const match of text.matchAll(terminalAnswers)) {
    if (match.index > end) runs.push({ kind: 'write', bytes: bytes.subarray(end, match.index) })
    end = match.index + match[0].length
    runs.push({ kind: 'reply', bytes: bytes.subarray(match.index, end) })
  }
  if (end < bytes.length) runs.push({ kind: 'write', bytes: bytes.subarray(end) })
  return runs
}

/**
 * History without the queries in it: the terminal would answer each of them now, and the guest would read the answers
 * as typed text long after it asked. Nothing that can be seen is taken away.
 */
export function withoutQueries(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replace(terminalQueries, ''), 'latin1')
}

/**
 * Puts a terminal back in order after a full-screen program of the guest: main screen, visible cursor, plain text, no
 * mouse reports, no bracketed paste, ordinary cursor keys.
 */
export const TERMINAL_RESET =
  '\u001b[?1047l\u001b[?25h\u001b[0m\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?2004l\u001b[?1l\u001b>'

// oxlint-disable-next-line no-control-regex -- control sequences are what these find
const terminalAnswers = /\u001b\[(?:\d+;\d+R|\??[0-9;]*n|[?>=][0-9;]*c)/g
// oxlint-disable-next-line no-control-regex -- as above; `ESC Z` is the old form of the device query
const terminalQueries = /\u001b(?:\[[?>=]?[0-9;]*[cn]|Z)/g
