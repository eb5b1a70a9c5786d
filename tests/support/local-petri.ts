import type { z } from 'zod'

import { apiCalls, type CallName, type CallParams, type CallResult } from '#contract/api'
import type { Failure } from '#contract/failure'
import type { VmEntry, VmState } from '#contract/vm-state'
import type { App } from '../../main/api/app.ts'
import { openPetri } from '../../main/api/open-petri.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The contract's table seen so that a call's name gives the type of its result. */
const results: { readonly [N in CallName]: { readonly result: z.ZodType<CallResult<N>> } } = apiCalls

/** The whole app in this process, with folders of its own. Disposing of it powers its machines off. */
export interface LocalPetri extends AsyncDisposable {
  readonly home: string
  readonly app: App
  call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>>
  /** Closes the app, lets something happen to its folders, and opens it again. */
  restart(meanwhile: () => Promise<void>): Promise<void>
  /** Makes a call that has to fail, and gives the failure. */
  refused<N extends CallName>(name: N, params: CallParams<N>): Promise<Failure>
  state(id: string): Promise<VmState>
  /** Resolves when an announced state of the machine is of this kind; checks the present one first. */
  reaches(id: string, kind: VmState['kind'], limitMs?: number): Promise<VmState>
}

export async function localPetri(env: Readonly<Record<string, string>> = {}): Promise<LocalPetri> {
  const folder = await temporaryFolder()
  const open = async () => {
    const opened = await openPetri({ shell: 'cli', env: { ...env, PETRI_HOME: folder.path }, version: 'test' })
    if (opened.kind !== 'owner') throw new Error('the folder has an owner')
    return opened.app
  }
  let app = await open()
  async function call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    const outcome = await app.dispatch(name, params)
    if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
    return results[name].result.parse(outcome.value)
  }
  const state = async (id: string) => (await call('vm.show', { id })).entry.state
  return {
    home: folder.path,
    get app() {
      return app
    },
    async restart(meanwhile) {
      await app[Symbol.asyncDispose]()
      await meanwhile()
      app = await open()
    },
    call,
    async refused(name, params) {
      const outcome = await app.dispatch(name, params)
      if (outcome.ok) throw new Error(`${name} was not refused`)
      return outcome.failure
    },
    state,
    async reaches(id, kind, limitMs = 20_000) {
      return await new Promise<VmState>((resolve, reject) => {
        const finish = (found: VmState) => {
          clearTimeout(timer)
          end()
          resolve(found)
        }
        const end = app.subscribe((event) => {
          if (event.kind === 'vm.changed' && event.entry.id === id && event.entry.state.kind === kind)
            finish(event.entry.state)
        })
        const timer = setTimeout(() => {
          end()
          void state(id).then((now) =>
            reject(new Error(`${id} is ${JSON.stringify(now)} after ${limitMs} ms, not ${kind}`)),
          )
        }, limitMs)
        void state(id).then((now) => now.kind === kind && finish(now))
      })
    },
    async [Symbol.asyncDispose]() {
      const list: readonly VmEntry[] = await call('vm.list', {})
      await Promise.all(list.map(async ({ id }) => await app.dispatch('vm.powerOff', { id })))
      await app[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
