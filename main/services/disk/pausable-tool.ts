import { setImmediate as setImmediatePromise } from 'node:timers/promises'

import { convertProgress } from '../../domain/disk/convert-progress.ts'
import { signalTree } from '../../system/process/signal-tree.ts'
import type { JobWork } from '../jobs/job-control.ts'
import { runDiskTool, type ToolRun } from '../qemu/run-disk-tool.ts'

/**
 * Runs a long tool for a job: its percentage becomes the job's progress, a pause stops its processes, a cancel ends
 * them. `totalBytes` turns the percentage into bytes, so that rate and remaining time can be measured.
 */
export async function runForJob(
  work: JobWork,
  phase: string,
  argv: readonly [string, ...string[]],
  run: Omit<ToolRun, 'signal' | 'onStarted' | 'onOutput'> & {
    readonly totalBytes?: number | undefined
    /** A check that need not hold up the beginning: made while the tool runs already, and ends it when it throws. */
    readonly meanwhile?: () => void
  },
): Promise<void> {
  const { totalBytes, meanwhile, ...files } = run
  const stop = new AbortController()
  let refusal: Error | undefined
  await work.pausePoint()
  const tell = (part: number) =>
    work.progress({
      phase,
      progress: part,
      ...(totalBytes !== undefined && { doneBytes: Math.round(part * totalBytes), totalBytes }),
    })
  tell(0)
  const progress = convertProgress()
  let endPause = () => {}
  try {
    await runDiskTool(argv, {
      ...files,
      signal: AbortSignal.any([work.signal, stop.signal]),
      onOutput(chunk) {
        const part = progress(chunk)
        if (part !== undefined) tell(part)
      },
      onStarted(pid) {
        setImmediate(() => {
          try {
            meanwhile?.()
          } catch (error) {
            refusal = error instanceof Error ? error : new Error(String(error))
            stop.abort()
          }
        })
        endPause = work.onPause((paused) => signalTree(pid, paused ? 'SIGSTOP' : 'SIGCONT'))
        // A stopped process hears of its end only when it goes on.
        work.signal.addEventListener('abort', () => signalTree(pid, 'SIGCONT'), { once: true })
      },
    })
    // It may have ended before the check was made.
    await setImmediatePromise()
    if (refusal !== undefined) throw refusal
  } catch (error) {
    throw refusal ?? error
  } finally {
    endPause()
  }
}
