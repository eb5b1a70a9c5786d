import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import type { z } from 'zod'

import { apiCalls, type CallName, type CallParams, type CallResult } from '#contract/api'
import type { VmState } from '#contract/vm-state'
import type { App } from '../../main/api/app.ts'
import { connectOwner } from '../../main/shells/local/connect-owner.ts'

/** The contract's table seen so that a call's name gives the type of its result. */
const results: { readonly [N in CallName]: { readonly result: z.ZodType<CallResult<N>> } } = apiCalls

const cli = new URL('../../dist/main/cli.js', import.meta.url).pathname
const START_LIMIT_MS = 20_000

/** A `petri serve` of this test's own, spoken to as the CLI speaks to it. */
export interface PetriOwner {
  readonly process: ChildProcess
  readonly app: App
  call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>>
  state(id: string): Promise<VmState>
  /** Ends the owner as a crash does. */
  kill(): Promise<void>
}

/** Starts an owner of `home` and waits until it answers. */
export async function startOwner(home: string): Promise<PetriOwner> {
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0'], {
    env: { ...process.env, PETRI_HOME: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const app = await connected(join(home, 'runtime', 'owner.sock'), child)
  async function call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    const outcome = await app.dispatch(name, params)
    if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
    return results[name].result.parse(outcome.value)
  }
  return {
    process: child,
    app,
    call,
    state: async (id) => (await call('vm.show', { id })).entry.state,
    async kill() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await app[Symbol.asyncDispose]()
    },
  }
}

async function connected(socketPath: string, child: ChildProcess): Promise<App> {
  const until = Date.now() + START_LIMIT_MS
  for (;;) {
    try {
      return await connectOwner(socketPath, { timeoutMs: 5_000 })
    } catch (error) {
      if (Date.now() > until || child.exitCode !== null) throw error
      await delay(10)
    }
  }
}
