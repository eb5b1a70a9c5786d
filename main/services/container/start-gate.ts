import { closeSync, constants, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { BEGUN_MARK, GATE } from '../../domain/container/lxc-config.ts'
import { runCommand } from '../../system/process/run-command.ts'

/** What a command ends with that was not let through, as a shell's own failures do. */
const NOT_LET_THROUGH = 125
const LIMIT_S = 60
const MKFIFO_LIMIT_MS = 10_000

/**
 * A place at which a command waits, already running, until a start has got so far that LXC answers for it: what makes a
 * process (a fork of this one, a terminal) then happens beside the start instead of after it.
 *
 * The start leaves its word in a file first and in a pipe then. Who comes opens the pipe first and looks into the file
 * then, so no word is missed, and nobody who is not there is waited for.
 */
export interface StartGate {
  /** The command that waits and then becomes `argv`. */
  before(argv: readonly string[]): readonly string[]
  /** The start is over: whoever still waits goes on, also where LXC found that it runs already and ran no script. */
  open(): void
  /** The start has failed: whoever waits goes home. */
  refuse(): void
}

const script = [
  'exec 3<>"$1"',
  `if [ -s "$2" ]; then read -r word <"$2"; else read -r -t ${LIMIT_S} -u 3 word; fi`,
  'exec 3>&-',
  'shift 2',
  `[ "$word" = go ] || exit ${NOT_LET_THROUGH}`,
  'exec "$@"',
].join('\n')

/** Opens the gate of a start in its runtime folder. What an earlier start said there is forgotten. */
export async function openStartGate(runtime: string): Promise<StartGate> {
  const pipe = join(runtime, GATE)
  const mark = join(runtime, BEGUN_MARK)
  rmSync(mark, { force: true })
  if (statSync(pipe, { throwIfNoEntry: false }) === undefined)
    await runCommand(['mkfifo', '--mode=600', pipe], { timeoutMs: MKFIFO_LIMIT_MS })
  const say = (word: string) => {
    if (statSync(mark, { throwIfNoEntry: false }) !== undefined) return
    writeFileSync(mark, `${word}\n`, { mode: 0o600 })
    const waiting = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK)
    try {
      writeSync(waiting, `${word}\n`)
    } finally {
      closeSync(waiting)
    }
  }
  return {
    before: (argv) => ['/bin/bash', '--norc', '--noprofile', '-c', script, 'petri', pipe, mark, ...argv],
    open: () => say('go'),
    refuse: () => say('no'),
  }
}
