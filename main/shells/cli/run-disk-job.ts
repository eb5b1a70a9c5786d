import { resolve } from 'node:path'

import { type CallName, type CallParams } from '#contract/api'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { type DoneJob, waitForJob } from './wait-for-job.ts'

/** The calls about disks that begin a job. */
export type DiskJobCall = Extract<CallName, `disk.${string}`> &
  (
    | 'disk.convert'
    | 'disk.create'
    | 'disk.check'
    | 'disk.resize'
    | 'disk.compact'
    | 'disk.compare'
    | 'disk.checksum'
    | 'disk.rebase'
    | 'disk.commit'
    | 'disk.flatten'
    | 'disk.split'
    | 'disk.import'
    | 'disk.export'
    | 'disk.copyOut'
  )

/** Begins a job, waits for it with its progress on a terminal, and prints what came of it. */
export async function runDiskJob<N extends DiskJobCall>(
  context: CliContext,
  call: N,
  params: CallParams<N>,
  { json, shape }: { readonly json: boolean; readonly shape?: (result: DoneJob['result']) => unknown },
): Promise<DoneJob> {
  return await withSession(context, async (session) => {
    const begun: unknown = await callApi(session, call, params, context.signal)
    const jobId = typeof begun === 'object' && begun !== null && 'jobId' in begun ? String(begun.jobId) : ''
    const done = await waitForJob(context, session, jobId)
    if (json) printJson(context.stdout, shape ? shape(done.result) : done.result)
    else printLine(context, safeText(done.summary))
    return done
  })
}

/** A path of the command line as an absolute one. */
export const pathFrom = (context: CliContext) => (path: string) => resolve(context.workingFolder, path)
