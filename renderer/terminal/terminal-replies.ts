import type { IDisposable, Terminal } from '@xterm/xterm'

/** Answers that a terminal gives in a burst, and how many it earns back per second. */
const BURST = 32
const PER_SECOND = 50

/**
 * Answers a guest's queries in place of xterm: device attributes, "are you well", cursor position. The answers consist
 * of numbers only, never of the guest's text. xterm's own answers would come out of `onData` mixed with typing; with
 * these handlers (and every other query dropped by the escape guard) `onData` is what the person did.
 * @param mayAnswer false while history is replayed: those queries were answered long ago, or nobody waits any more
 */
export function answerQueries(
  terminal: Terminal,
  options: { readonly mayAnswer: () => boolean; readonly now: () => number; readonly send: (answer: string) => void },
): IDisposable {
  let budget = BURST
  let earnedAt = options.now()

  function answer(text: string): true {
    const now = options.now()
    budget = Math.min(BURST, budget + (Math.max(0, now - earnedAt) / 1000) * PER_SECOND)
    earnedAt = now
    if (options.mayAnswer() && budget >= 1) {
      budget -= 1
      options.send(text)
    }
    return true
  }

  const cursor = () => {
    const { cursorX, cursorY } = terminal.buffer.active
    return `${cursorY + 1};${Math.min(cursorX, terminal.cols - 1) + 1}R`
  }
  const { parser } = terminal
  const handlers = [
    // A VT100 with advanced video, and xterm's own second answer: what xterm 6.0 says of itself.
    parser.registerCsiHandler({ final: 'c' }, () => answer('\x1b[?1;2c')),
    parser.registerCsiHandler({ prefix: '>', final: 'c' }, () => answer('\x1b[>0;276;0c')),
    parser.registerCsiHandler({ final: 'n' }, ([query]) => answer(query === 5 ? '\x1b[0n' : `\x1b[${cursor()}`)),
    parser.registerCsiHandler({ prefix: '?', final: 'n' }, () => answer(`\x1b[?${cursor()}`)),
  ]
  return { dispose: () => handlers.forEach((handler) => handler.dispose()) }
}
