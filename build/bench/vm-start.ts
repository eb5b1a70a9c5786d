import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { vmCommandSchema } from '#contract/vm-state'
import type { App } from '../../main/api/app.ts'
import { openPetri } from '../../main/api/open-petri.ts'
import { connectUnixChannel } from '../../main/system/socket/unix-channel.ts'
import { whenListening } from '../../main/system/socket/when-listening.ts'
import { printRounds } from './measure.ts'

/**
 * `vm-start`: from the call to the first byte on the serial console, in ms, against the same command line started bare
 * (no owner, no monitor, one reader on the serial socket). Medians of alternating runs.
 */
const RUNS = 11
const LIMIT_MS = 30_000

const home = await mkdtemp(join(tmpdir(), 'petri-bench-'))
const opened = await openPetri({ shell: 'cli', env: { PETRI_HOME: home }, version: 'bench' })
if (opened.kind !== 'owner') throw new Error('the folder has an owner')
const { app } = opened
try {
  await call(app, 'host.check', {})
  const petri: number[] = []
  const bare: number[] = []
  for (let run = 0; run < RUNS; run++) {
    petri.push(await startWithPetri())
    bare.push(await startBare())
  }
  printRounds('vm-start', petri, 'ms', bare)
} finally {
  await app[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
}

async function startWithPetri(): Promise<number> {
  const firstByte = new Promise<number>((resolve) => {
    const handle = app.openConsole({ kind: 'serial', vmId: 'starter', port: 0 }, (frame) => {
      if (frame.kind !== 'data' || frame.replay) return
      resolve(performance.now())
      handle.close()
    })
  })
  const began = performance.now()
  await call(app, 'vm.start', { id: 'starter' })
  const took = (await firstByte) - began
  await call(app, 'vm.powerOff', { id: 'starter' })
  return took
}

async function startBare(): Promise<number> {
  const { argv } = vmCommandSchema.parse(await call(app, 'vm.command', { id: 'starter' }))
  const socket = argv
    .map((word) => /path=\/run\/petri\/(serial0-[^,]+)/.exec(word)?.[1])
    .find((name) => name !== undefined)
  const path = join(home, 'runtime', 'vm', 'starter', 'run', socket ?? '')
  const [program = '', ...args] = argv
  const began = performance.now()
  const child = spawn(program, args, { stdio: 'ignore', cwd: '/' })
  const ended = once(child, 'exit')
  const channel = await whenListening(path, connectUnixChannel, AbortSignal.timeout(LIMIT_MS))
  const took = await new Promise<number>((resolve) => channel.onData(() => resolve(performance.now() - began)))
  channel.close()
  // The monitor ends it as it ends Petri's; a signal would reach bwrap and not QEMU.
  const monitor = await connectUnixChannel(path.replace('serial0-', 'qmp-'))
  monitor.onData(() => {})
  monitor.write(new TextEncoder().encode('{"execute":"qmp_capabilities"}{"execute":"quit"}'))
  await ended
  monitor.close()
  return took
}

async function call(on: App, name: string, params: unknown): Promise<unknown> {
  const outcome = await on.dispatch(name, params)
  if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
  return outcome.value
}
