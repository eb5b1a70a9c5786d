import { type ConsoleFrame, type ConsoleHandle, type ConsoleTarget } from '#contract/console'

import { type CliContext, type PetriSession } from './cli-context.ts'
import { cancelledFailure, CliFailure } from './cli-failure.ts'
import { safeText } from './safe-text.ts'
import { inputRuns, LEAVE_BYTE, TERMINAL_RESET, withoutQueries } from './terminal-traffic.ts'

export interface AttachOptions {
  readonly target: ConsoleTarget
  /** Whether what the console said before is shown first. */
  readonly history: boolean
  /** Stay with a console that nothing is connected to yet, until its machine is switched on or taken over. */
  readonly waitForPower: boolean
  /** With input from a pipe: end when it has ended and the console was quiet for this long. Undefined: stay. */
  readonly quietExitMs: number | undefined
}

/** Why a viewer no longer looks. `idle`: the machine is off. `left`: the person pressed Ctrl-]. */
export type ConsoleEnd =
  | { readonly kind: 'left' | 'quiet' }
  | { readonly kind: 'idle' | 'closed'; readonly reason: string }

/**
 * Joins standard input and output to a console until it ends or the person leaves. A terminal is switched to raw mode
 * and always back. Throws `CliFailure` (cancelled) when the context's signal aborts.
 */
export async function attachConsole(
  context: CliContext,
  session: PetriSession,
  options: AttachOptions,
): Promise<ConsoleEnd> {
  const { stdin, stdout, stderr, signal } = context
  const isTerminal = stdin.isTTY === true
  const clean: (() => void)[] = []
  try {
    return await new Promise<ConsoleEnd>((resolve, reject) => {
      const onAbort = (): void => reject(new CliFailure(cancelledFailure))
      signal.addEventListener('abort', onAbort)
      clean.push(() => signal.removeEventListener('abort', onAbort))
      if (signal.aborted) return onAbort()

      const remark = (text: string): void => {
        if (stdout.isTTY === true) stderr.write(`\r\n[petri: ${safeText(text)}]\r\n`)
      }
      const quiet = quietTimer(options.quietExitMs, () => resolve({ kind: 'quiet' }))
      clean.push(quiet.stop)
      const viewer = consoleViewer(options, {
        show: (bytes, sentBytes) => {
          quiet.restart()
          stdout.write(bytes, () => console.send({ kind: 'ack', bytes: sentBytes }))
        },
        // The first frames may come before `openConsole` returns.
        skip: (bytes) => queueMicrotask(() => console.send({ kind: 'ack', bytes })),
        remark,
        end: resolve,
      })
      const console = session.app.openConsole(options.target, viewer)
      clean.push(() => console.close())
      clean.push(joinInput(context, console, () => resolve({ kind: 'left' }), quiet.begin))
      if (stdout.isTTY === true) clean.push(followSize(context, console))
    })
  } finally {
    for (const undo of clean.toReversed()) undo()
    if (isTerminal && stdout.isTTY === true) stdout.write(TERMINAL_RESET)
  }
}

interface ViewerEffects {
  /** Shows bytes, then counts `sentBytes` of what the hub sent as seen. */
  show(bytes: Uint8Array, sentBytes: number): void
  /** Counts bytes as seen without showing them. */
  skip(bytes: number): void
  remark(text: string): void
  end(end: ConsoleEnd): void
}

/** What each frame of the hub means for a person at a terminal. */
function consoleViewer(options: AttachOptions, effects: ViewerEffects): (frame: ConsoleFrame) => void {
  let hasBeenLive = false
  const powerIsOff = (reason: string): void => {
    if (hasBeenLive || !options.waitForPower) effects.end({ kind: 'idle', reason })
    else effects.remark(`${reason.replace(/\.$/, '')}; waiting until it is switched on`)
  }
  return (frame) => {
    switch (frame.kind) {
      case 'attached':
        hasBeenLive = frame.live
        return
      case 'data': {
        if (!frame.replay) effects.show(frame.bytes, frame.bytes.length)
        else if (options.history) effects.show(withoutQueries(frame.bytes), frame.bytes.length)
        else effects.skip(frame.bytes.length)
        return
      }
      case 'skipped':
        return effects.remark(`${frame.bytes} bytes came faster than they could be shown; --log has them`)
      case 'input-dropped':
        return effects.remark(`the guest does not read: ${frame.bytes} bytes of input were thrown away`)
      case 'marker':
        if (!frame.replay && connecting.has(frame.marker.kind)) hasBeenLive = true
        if (!frame.replay || options.history) effects.remark(frame.marker.text)
        return
      case 'idle':
        return powerIsOff(frame.reason)
      case 'closed':
        return effects.end({ kind: 'closed', reason: frame.reason })
    }
  }
}

const connecting: ReadonlySet<string> = new Set(['power-on', 'adopted'])

/** Sends what is typed or piped to the console; returns the end of it. */
function joinInput(
  { stdin }: CliContext,
  console: ConsoleHandle,
  onLeave: () => void,
  onInputEnd: () => void,
): () => void {
  const isTerminal = stdin.isTTY === true
  const onData = (chunk: Buffer | string): void => {
    const bytes = Buffer.from(chunk)
    if (!isTerminal) return console.send({ kind: 'write', bytes })
    const leaveAt = bytes.indexOf(LEAVE_BYTE)
    for (const run of inputRuns(leaveAt < 0 ? bytes : bytes.subarray(0, leaveAt))) console.send(run)
    if (leaveAt >= 0) onLeave()
  }
  // A standard input that is closed or broken counts as one that has ended.
  stdin.on('data', onData).on('end', onInputEnd).on('error', onInputEnd)
  if (isTerminal) stdin.setRawMode?.(true)
  stdin.resume()
  return () => {
    stdin.off('data', onData).off('end', onInputEnd)
    if (isTerminal) stdin.setRawMode?.(false)
    stdin.pause()
  }
}

function followSize({ stdout }: CliContext, console: ConsoleHandle): () => void {
  const tell = (): void => {
    if (stdout.columns && stdout.rows) console.send({ kind: 'resize', cols: stdout.columns, rows: stdout.rows })
  }
  tell()
  stdout.on('resize', tell)
  return () => stdout.off('resize', tell)
}

/** Runs out when nothing restarted it for `ms`, once it has begun. */
function quietTimer(ms: number | undefined, onQuiet: () => void) {
  let timer: NodeJS.Timeout | undefined
  return {
    begin: () => {
      if (ms !== undefined) timer ??= setTimeout(onQuiet, ms)
    },
    restart: () => {
      timer?.refresh()
    },
    stop: () => clearTimeout(timer),
  }
}
