import { allowedCsi } from './csi-rules.ts'
import { createGuardOutput } from './guard-output.ts'
import { allowedOsc } from './osc-rules.ts'
import { createTextFilter } from './text-filter.ts'

/** Work that xterm does in one go: a few milliseconds, also for a slice of nothing but line feeds (tried with 6.0). */
const SLICE_BUDGET = 8 * 1024
/** Longest control sequence, and longest title or link, in bytes; longer ones are dropped. */
const CSI_MAX_BYTES = 256
const OSC_MAX_BYTES = 4096
/** A device control string that has not ended after this many bytes is given up: what follows is text again. */
const STRING_MAX_BYTES = 1024 * 1024

const BEL = 0x07
const LF = 0x0a
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b
const SPACE = 0x20
const DEL = 0x7f

/** Escapes of one final character that a guest may use, with their work; `M` scrolls, `c` (RIS) clears the scrollback. */
const plainEscapes = new Map([...'78DEHM=>no|}~'].map((final) => [final, 16]))
plainEscapes.set('M', 128)
plainEscapes.set('c', SLICE_BUDGET)
/** Choice of character sets. */
const charsetEscape = /^[()*+\-./][0-~]$/

type State = 'text' | 'escape' | 'csi' | 'osc' | 'string' | 'string-escape'

/** Stands between a guest's output and xterm. One per terminal; it keeps what a piece of output left unfinished. */
export interface EscapeGuard {
  /** What xterm may see of these bytes, in slices that take it some milliseconds each. Write each on its own. */
  filter(bytes: Uint8Array): Uint8Array[]
  /** Forgets an unfinished sequence: output was skipped. */
  reset(): void
}

/**
 * Lets text and the sequences of `csi-rules` and `osc-rules` through, with bounded parameters, and drops every other
 * sequence whole. xterm never sees a part of a sequence: an unfinished one is held back, so the two cannot disagree
 * about where one ends. Of text, see `text-filter`, only C1 controls, invisible characters and piles of marks are taken;
 * bytes 0x80 to 0x9f inside other UTF-8 characters are not C1. Where the output is cut into pieces makes no difference.
 */
export function createEscapeGuard(): EscapeGuard {
  const output = createGuardOutput(SLICE_BUDGET)
  const text = createTextFilter()
  let state: State = 'text'
  /** The unfinished sequence after its introducer; for strings that are dropped, only their length. */
  let held: number[] = []
  let stringBytes = 0
  /** Whether the string is an OSC, kept across the ESC of its end. */
  let command = false

  function enter(next: State): void {
    state = next
    held = []
    stringBytes = 0
  }

  /** Passes text up to the next escape; returns where to go on. */
  function passText(bytes: Uint8Array, at: number): number {
    const found = bytes.indexOf(ESC, at)
    const end = found < 0 ? bytes.length : found
    output.plain(text.filter(bytes.subarray(at, end)))
    if (found < 0) return end
    text.end()
    enter('escape')
    return end + 1
  }

  /** Takes one byte outside of text; false when it has to be looked at again in the new state. */
  function step(value: number): boolean {
    if (state === 'osc' || state === 'string') return stringByte(value)
    if (state === 'string-escape') return stringEnd(value)
    if (value === ESC) enter('escape')
    else if (value === CAN || value === SUB) enter('text')
    else if (value < SPACE) output.plain(Uint8Array.of(value))
    else if (value > DEL) return backToText()
    else if (value !== DEL) sequenceByte(value)
    return true
  }

  function backToText(): boolean {
    enter('text')
    return false
  }

  function sequenceByte(value: number): void {
    if (held.length >= CSI_MAX_BYTES) {
      // The rest of an overlong sequence goes the same way, up to its final byte.
      if (value >= 0x40) enter('text')
      return
    }
    held.push(value)
    if (state === 'csi') {
      if (value >= 0x40) finishCsi()
    } else if (value >= 0x30) {
      finishEscape(String.fromCharCode(...held))
    }
  }

  function finishEscape(body: string): void {
    if (body === '[') return enter('csi')
    if (body === ']') return enterString('osc')
    if (body === 'P' || body === 'X' || body === '^' || body === '_') return enterString('string')
    const cost =
      plainEscapes.get(body) ?? (charsetEscape.test(body) ? 16 : body === '#8' ? SLICE_BUDGET / 4 : undefined)
    enter('text')
    if (cost !== undefined) output.sequence(`\x1b${body}`, cost)
  }

  function finishCsi(): void {
    const [, prefix, parameters, intermediates, final] =
      /^([<=>?]?)([\d:;]*)([ -/]*)([@-~])$/.exec(String.fromCharCode(...held)) ?? []
    enter('text')
    if (prefix === undefined || parameters === undefined || intermediates === undefined || final === undefined) return
    const allowed = allowedCsi({ prefix, parameters, intermediates, final })
    if (allowed !== undefined) output.sequence(allowed.text, allowed.cost)
  }

  function enterString(next: 'osc' | 'string'): void {
    enter(next)
    command = next === 'osc'
  }

  function stringByte(value: number): boolean {
    if (value === ESC) {
      state = 'string-escape'
      return true
    }
    if (value === CAN || value === SUB) {
      enter('text')
      return true
    }
    if (command && value === BEL) {
      finishOsc()
      return true
    }
    // A title never holds a line break: one that is left open swallows no more than its line.
    if (command && value === LF) return backToText()
    stringBytes += 1
    if (stringBytes > STRING_MAX_BYTES) enter('text')
    else if (command && held.length <= OSC_MAX_BYTES) held.push(value)
    return true
  }

  function stringEnd(value: number): boolean {
    if (value === 0x5c) {
      finishOsc()
      return true
    }
    enter('escape')
    return false
  }

  function finishOsc(): void {
    const body = command && held.length <= OSC_MAX_BYTES ? new TextDecoder().decode(Uint8Array.from(held)) : ''
    enter('text')
    const allowed = allowedOsc(body)
    if (allowed !== undefined) output.sequence(allowed.text, allowed.cost)
  }

  return {
    filter(bytes) {
      let at = 0
      for (;;) {
        const value = bytes[at]
        if (value === undefined) return output.take()
        if (state === 'text') at = passText(bytes, at)
        else if (step(value)) at += 1
      }
    },
    reset() {
      text.end()
      enter('text')
    },
  }
}
