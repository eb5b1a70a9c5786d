import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

import { type Job, jobSchema } from '#contract/job'
import { openJobStates } from '#contract/job-states'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'

/** Ended jobs kept; the oldest go first. */
const MAX_RECORDS = 200
const MAX_LOG_LINES = 500

interface JobRecord {
  readonly job: Job
  /** Of the call that began it; undefined where it cannot be repeated. */
  readonly params?: unknown
  readonly log: readonly string[]
}

const jobRecordSchema = z.object({ job: jobSchema, params: z.unknown().optional(), log: z.array(z.string()) })

/**
 * The jobs on disk, one file each. A record that cannot be read is dropped: it is a memory of work, never the work.
 * Whatever was open when the file was written has been interrupted.
 */
export async function openJobRecords(folder: string, now: () => Date) {
  const records = new Map<string, JobRecord>()
  const writes = new Map<string, Promise<void>>()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = (id: string) => join(folder, `${id}.json`)

  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  for (const read of await Promise.all(names.map((name) => readRecord(join(folder, name))))) {
    if (!read) continue
    const open = openJobStates.includes(read.job.state.kind)
    const job: Job = open ? { ...read.job, state: { kind: 'interrupted', at: now().toISOString() } } : read.job
    records.set(job.id, { ...read, job })
  }

  const all = () => [...records.values()].toSorted((a, b) => b.job.createdAt.localeCompare(a.job.createdAt))

  /** Writes of one record happen in their order; a failure to write loses history and never a job. */
  const queue = (id: string, write: () => Promise<void>): Promise<void> => {
    const next = (writes.get(id) ?? Promise.resolve()).then(write).catch(() => {})
    writes.set(id, next)
    void next.then(() => writes.get(id) === next && writes.delete(id))
    return next
  }
  const remove = (id: string) => {
    records.delete(id)
    return queue(id, () => rm(file(id), { force: true }))
  }

  return {
    get: (id: string) => records.get(id),
    /** Newest first. */
    all,
    put(id: string, change: Partial<JobRecord> & Pick<JobRecord, 'job'>) {
      records.set(id, { log: [], ...records.get(id), ...change })
      const ended = all().filter(({ job }) => !openJobStates.includes(job.state.kind))
      for (const { job } of ended.slice(MAX_RECORDS)) void remove(job.id)
    },
    log(id: string, line: string) {
      const record = records.get(id)
      if (!record) return
      records.set(id, { ...record, log: [...record.log, `${now().toISOString()} ${line}`].slice(-MAX_LOG_LINES) })
    },
    save: (id: string) =>
      queue(id, async () => {
        const record = records.get(id)
        if (record) await writeDurableFile(file(id), JSON.stringify(record))
      }),
    remove,
    /** Resolves when everything is written. */
    settled: async () => void (await Promise.all(writes.values())),
  }
}

async function readRecord(path: string): Promise<JobRecord | undefined> {
  try {
    const parsed = jobRecordSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
