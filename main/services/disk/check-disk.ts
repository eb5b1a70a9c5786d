import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

import { CommandError } from '../../system/process/run-command.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { runDiskTool, workLimits } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import { copyBeside } from './copy-beside.ts'
import type { DiskContext } from './disk-context.ts'
import { openSource, type SourceDisk } from './open-source.ts'
import { refuseInUse } from './refuse-in-use.ts'

interface CheckWish {
  readonly path: string
  readonly backing: readonly string[]
  readonly repair: 'none' | 'leaks' | 'all'
}

const reportSchema = z.object({
  corruptions: z.number().default(0),
  leaks: z.number().default(0),
  'check-errors': z.number().default(0),
  'corruptions-fixed': z.number().default(0),
  'leaks-fixed': z.number().default(0),
})
type Report = z.output<typeof reportSchema>

/** Formats with tables that can be checked. */
const checkable = new Set(['qcow2', 'qed', 'vdi', 'vhdx', 'vmdk', 'parallels'])

/** Checks a disk's own tables. A repair begins with a copy beside it, which is kept and named in the answer. */
export async function checkDisk(wish: CheckWish, context: DiskContext, work: JobWork): Promise<JobOutcome> {
  const source = await openSource(wish)
  if (!checkable.has(source.format))
    throw new RefusedError({
      code: 'invalid',
      title: `${basename(source.path)} has no tables to check`,
      evidence: `Its format is ${source.format}`,
      cure: { text: 'Compare it with a copy, or check the file system inside.' },
    })
  work.progress({ phase: 'Checking' })
  refuseInUse([source.path], context, wish.repair !== 'none')
  const before = await check(source, [], work)
  const isFine = before.corruptions === 0 && before.leaks === 0 && before['check-errors'] === 0
  if (wish.repair === 'none' || isFine)
    return { summary: summaryOf(source, before), result: { ...resultOf(before), repaired: false } }
  const copy = join(dirname(source.path), `${basename(source.path)}.before-repair-${randomBytes(3).toString('hex')}`)
  await copyBeside(source, copy, context, work)
  work.progress({ phase: 'Repairing' })
  await check(source, ['-r', wish.repair], work)
  const after = await check(source, [], work)
  return {
    summary: `${summaryOf(source, after)} The file as it was: ${basename(copy)}.`,
    result: { ...resultOf(after), repaired: true, before: resultOf(before), copy },
  }
}

/** qemu-img check ends with 2 for corruption and 3 for leaks, and prints its report all the same. */
async function check(source: SourceDisk, repair: readonly string[], work: JobWork): Promise<Report> {
  let text = ''
  const run = {
    readOnly: repair.length > 0 ? source.files.slice(1) : source.files,
    writable: repair.length > 0 ? [source.path] : [],
    limits: workLimits,
    signal: work.signal,
    onOutput: (chunk: string) => void (text = (text + chunk).slice(-1_000_000)),
  }
  try {
    await runDiskTool(['qemu-img', 'check', '--output=json', ...repair, '-f', source.format, source.path], run)
  } catch (error) {
    if (!(error instanceof CommandError) || (error.exitCode !== 2 && error.exitCode !== 3)) throw error
  }
  return reportSchema.parse(JSON.parse(text.slice(text.indexOf('{'))))
}

function summaryOf({ path }: SourceDisk, report: Report): string {
  const { corruptions, leaks } = report
  const errors = report['check-errors']
  const name = basename(path)
  if (corruptions === 0 && leaks === 0 && errors === 0) return `${name} is in order.`
  const parts = [
    ...(corruptions > 0 ? [`${corruptions} errors`] : []),
    ...(leaks > 0 ? [`${leaks} clusters lost to it (wasted space, no harm)`] : []),
    ...(errors > 0 ? [`${errors} places could not be checked`] : []),
  ]
  return `${name} has ${parts.join(', ')}.`
}

function resultOf(report: Report) {
  return { errors: report.corruptions, leaks: report.leaks, unchecked: report['check-errors'] }
}
