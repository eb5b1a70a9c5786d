import { type JobState } from '#contract/job'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { failureText } from './failure-text.ts'
import { progressText } from './job-line.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'
import { textStyle } from './text-style.ts'
import { waitForJob } from './wait-for-job.ts'

interface JsonOption {
  readonly json?: boolean
}

/** Commands about long actions: those under way, in whatever window they began, and how earlier ones ended. */
export function addJobCommands(program: Command, context: CliContext): void {
  const { signal, stdout } = context
  const job = program.command('job').description('long actions: downloads, copies, conversions')

  job
    .command('list')
    .description('the jobs under way, and how earlier ones ended')
    .option('--json', 'print the jobs, newest first')
    .action(({ json }: JsonOption) =>
      withSession(context, async (session) => {
        const jobs = await callApi(session, 'job.list', {}, signal)
        if (json) return printJson(stdout, jobs)
        if (jobs.length === 0) return printLine(context, 'There are no jobs.')
        const rows = jobs.map(({ id, state, title }) => [id, state.kind, title, detailText(state)])
        stdout.write(tableText([['ID', 'STATE', 'JOB', 'DETAIL'], ...rows], stdout.columns))
      }),
    )

  job
    .command('show')
    .description('one job with its log')
    .argument('<id>')
    .option('--json', 'print {job, log}')
    .action((id: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const shown = await callApi(session, 'job.show', { id }, signal)
        if (json) return printJson(stdout, shown)
        const { state, title } = shown.job
        const detail = detailText(state)
        printLine(context, safeText(`${title}: ${state.kind}${detail === '' ? '' : ` (${detail})`}`))
        if (state.kind === 'failed') stdout.write(failureText(state.failure, textStyle(stdout, context.env)))
        for (const line of shown.log) printLine(context, safeText(line))
      }),
    )

  const moves = [
    ['cancel', 'stop a job; nothing half-made is kept'],
    ['pause', 'hold a job that can be held'],
    ['resume', 'let a paused job go on'],
  ] as const
  for (const [move, description] of moves) {
    job
      .command(move)
      .description(description)
      .argument('<id>')
      .option('--json', 'print the job')
      .action((id: string, { json }: JsonOption) =>
        withSession(context, async (session) => {
          await callApi(session, `job.${move}`, { id }, signal)
          const { job: now } = await callApi(session, 'job.show', { id }, signal)
          if (json) printJson(stdout, now)
          else printLine(context, safeText(`${now.title}: ${now.state.kind}`))
        }),
      )
  }

  job
    .command('retry')
    .description('begin an ended job again, and wait for it')
    .argument('<id>')
    .option('--detach', 'do not wait')
    .option('--json', 'print {jobId, result}')
    .action((id: string, { json, detach }: JsonOption & { readonly detach?: boolean }) =>
      withSession(context, async (session) => {
        const { jobId } = await callApi(session, 'job.retry', { id }, signal)
        const done = detach ? undefined : await waitForJob(context, session, jobId)
        if (json) printJson(stdout, { jobId, ...(done && { result: done.result }) })
        else printLine(context, safeText(done?.summary ?? `Began ${jobId}`))
      }),
    )

  job
    .command('forget')
    .description('remove the record of an ended job, or of all of them')
    .argument('[id]', 'without it: every job that has ended')
    .action((id: string | undefined) =>
      withSession(context, async (session) => {
        await callApi(session, 'job.forget', id === undefined ? {} : { id }, signal)
        printLine(context, id === undefined ? 'Ended jobs are forgotten.' : `${safeText(id)} is forgotten.`)
      }),
    )
}

function detailText(state: JobState): string {
  switch (state.kind) {
    case 'running':
    case 'paused':
      return progressText(state.at)
    case 'done':
      return state.summary
    case 'failed':
      return state.failure.title
    case 'queued':
    case 'cancelled':
    case 'interrupted':
      return ''
  }
}
