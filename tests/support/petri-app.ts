import { apiCalls, type ApiEvent, type CallName, type CallParams, type CallResult } from '#contract/api'
import type { ConsoleFrame, ConsoleTarget } from '#contract/console'
import type { Job } from '#contract/job'
import { openJobStates } from '#contract/job-states'
import type { z } from 'zod'

import type { App } from '../../main/api/app.ts'
import { openPetri } from '../../main/api/open-petri.ts'

/** The contract's table seen so that a call's name gives the type of its result. */
const results: { readonly [N in CallName]: { readonly result: z.ZodType<CallResult<N>> } } = apiCalls

export interface ConsoleWatch {
  type(input: string): void
  /** Resolves with everything printed so far when `wanted` is in it. */
  until(wanted: string): Promise<string>
  close(): void
}

/** Petri's application in this process, over a data folder of a test. */
export interface PetriApp {
  readonly app: App
  call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>>
  /** The failure of a call that must fail. */
  refusal(
    name: CallName,
    params: unknown,
  ): Promise<{ readonly code: string; readonly title: string; readonly evidence?: string | undefined }>
  /** Resolves when a job has ended. */
  jobEnd(id: string): Promise<Job>
  /** Looks at a console until `wanted` is in what it has printed; the caller closes it. */
  watch(target: ConsoleTarget, wanted: string): Promise<ConsoleWatch>
  [Symbol.asyncDispose](): Promise<void>
}

export async function openPetriApp(home: string): Promise<PetriApp> {
  const opened = await openPetri({ shell: 'cli', env: { PETRI_HOME: home }, version: 'test' })
  if (opened.kind !== 'owner') throw new Error('the folder has an owner')
  const { app } = opened
  const call = async <N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> => {
    const outcome = await app.dispatch(name, params)
    if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
    return results[name].result.parse(outcome.value)
  }
  return {
    app,
    call,
    async refusal(name, params) {
      const outcome = await app.dispatch(name, params)
      if (outcome.ok) throw new Error(`${name} was not refused`)
      return outcome.failure
    },
    jobEnd: (id) =>
      new Promise((resolve, reject) => {
        const look = (job: Job) => {
          if (openJobStates.includes(job.state.kind)) return
          end()
          resolve(job)
        }
        const end = app.subscribe((event: ApiEvent) => {
          if (event.kind === 'job.changed' && event.job.id === id) look(event.job)
        })
        call('job.show', { id }).then(({ job }) => look(job), reject)
      }),
    watch: async (target, wanted) => {
      let text = ''
      let look = (): void => undefined
      let over: string | undefined
      const handle = app.openConsole(target, (frame: ConsoleFrame) => {
        if (frame.kind === 'closed') over = frame.reason
        if (frame.kind === 'data') {
          text += Buffer.from(frame.bytes).toString()
          queueMicrotask(() => handle.send({ kind: 'ack', bytes: frame.bytes.length }))
        }
        look()
      })
      const until = (next: string) =>
        new Promise<string>((resolve, reject) => {
          look = () => {
            if (text.includes(next)) resolve(text)
            else if (over !== undefined) reject(new Error(`${over} before "${next}" in: ${text}`))
          }
          look()
        })
      await until(wanted)
      return {
        type: (input) => handle.send({ kind: 'write', bytes: Buffer.from(input) }),
        until,
        close: () => handle.close(),
      }
    },
    [Symbol.asyncDispose]: async () => await app[Symbol.asyncDispose](),
  }
}
