import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type CallName, type CallParams } from '#contract/api'
import type { Failure } from '#contract/failure'
import type { Job } from '#contract/job'
import { openPetri } from '../../main/api/open-petri.ts'

/** A call that was refused, or a job that failed, with what a person would read. */
export class CallRefused extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(`${failure.title}: ${failure.evidence ?? ''}`)
    this.failure = failure
  }
}

/** A Petri of this test's own, in a folder beside which disks can be made. Close it with `await using`. */
export async function openWorkbench() {
  const path = await mkdtemp(join(tmpdir(), 'petri-disk-'))
  const opened = await openPetri({
    shell: 'cli',
    env: { ...process.env, PETRI_HOME: join(path, 'home') },
    version: 'test',
  })
  if (opened.kind !== 'owner') throw new Error('the folder has an owner')
  const { app } = opened
  const jobs = new Map<string, Job>()
  const waiting = new Set<() => void>()
  app.subscribe((event) => {
    if (event.kind !== 'job.changed') return
    jobs.set(event.job.id, event.job)
    for (const wake of waiting) wake()
  })
  const call = async <N extends CallName>(name: N, params: CallParams<N>): Promise<unknown> => {
    const outcome = await app.dispatch(name, params)
    if (!outcome.ok) throw new CallRefused(outcome.failure)
    return outcome.value
  }
  const until = async (id: string, isSo: (job: Job) => boolean): Promise<Job> => {
    for (;;) {
      const job = jobs.get(id)
      if (job && isSo(job)) return job
      await new Promise<void>((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          resolve()
        }
        waiting.add(wake)
      })
    }
  }
  return {
    path,
    call,
    until,
    /** Begins a job and gives its number. */
    async begin<N extends CallName>(name: N, params: CallParams<N>): Promise<string> {
      const begun = await call(name, params)
      if (typeof begun === 'object' && begun !== null && 'jobId' in begun) return String(begun.jobId)
      throw new Error(`${name} began no job`)
    },
    /** Runs a job to its end; gives its result or throws CallRefused. */
    async run<N extends CallName>(name: N, params: CallParams<N>): Promise<Readonly<Record<string, unknown>>> {
      const { state } = await until(
        await this.begin(name, params),
        (job) => !['queued', 'running', 'paused'].includes(job.state.kind),
      )
      if (state.kind === 'done') return state.result
      throw new CallRefused(state.kind === 'failed' ? state.failure : { code: 'cancelled', title: state.kind })
    },
    img: (...args: readonly string[]) => execFileSync('qemu-img', args, { cwd: path, encoding: 'utf8' }),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await rm(path, { recursive: true, force: true })
    },
  }
}

export type Workbench = Awaited<ReturnType<typeof openWorkbench>>
