import { z } from 'zod'

import { failureSchema } from './failure.ts'
import { idSchema } from './vm-spec.ts'

/** Kinds of things that a job can be about; the row of the thing shows its job. */
export const jobSubjectSchema = z.strictObject({
  kind: z.enum(['vm', 'image', 'disk', 'container']),
  /** Id of the machine, image or container; a disk's absolute path. */
  id: z.string().max(4095),
})
export type JobSubject = z.infer<typeof jobSubjectSchema>

/** How far a job is. Whatever is not known is absent: a bar that invents its length helps nobody. */
export const jobProgressSchema = z.strictObject({
  /** What it does now, in words: `Downloading`, `Checking the signature`. */
  phase: z.string().max(200),
  /** Of the phase, 0..1. */
  progress: z.number().min(0).max(1).optional(),
  doneBytes: z.number().optional(),
  totalBytes: z.number().optional(),
  /** Measured over the last seconds. */
  bytesPerSecond: z.number().optional(),
  etaSeconds: z.number().optional(),
})
export type JobProgress = z.infer<typeof jobProgressSchema>

export const jobStateSchema = z.discriminatedUnion('kind', [
  /** Waits for the jobs before it in its queue. */
  z.strictObject({ kind: z.literal('queued') }),
  z.strictObject({ kind: z.literal('running'), since: z.iso.datetime(), at: jobProgressSchema }),
  z.strictObject({ kind: z.literal('paused'), since: z.iso.datetime(), at: jobProgressSchema }),
  z.strictObject({
    kind: z.literal('done'),
    at: z.iso.datetime(),
    seconds: z.number(),
    /** What came of it, in a sentence. */
    summary: z.string().max(1000),
    /** The same for programs; each kind of job documents its own. */
    result: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ kind: z.literal('failed'), at: z.iso.datetime(), failure: failureSchema }),
  z.strictObject({ kind: z.literal('cancelled'), at: z.iso.datetime() }),
  /** Petri ended while it ran. Nothing half-made is left; where `canRetry`, it can be begun again. */
  z.strictObject({ kind: z.literal('interrupted'), at: z.iso.datetime() }),
])
export type JobState = z.infer<typeof jobStateSchema>

/** One long action. It outlives the screen that began it, and its record outlives Petri. */
export const jobSchema = z.strictObject({
  id: idSchema,
  /** The call that began it: `image.pull`. */
  kind: z.string().max(64),
  title: z.string().max(300),
  subject: jobSubjectSchema.optional(),
  createdAt: z.iso.datetime(),
  canPause: z.boolean(),
  canRetry: z.boolean(),
  state: jobStateSchema,
})
export type Job = z.infer<typeof jobSchema>

const job = z.strictObject({ id: idSchema })
const nothing = z.strictObject({})

export const jobCalls = {
  'job.list': { params: nothing, result: z.array(jobSchema) },
  'job.show': {
    params: job,
    result: z.strictObject({
      job: jobSchema,
      /** Each line begins with its time, ISO 8601. */
      log: z.array(z.string()),
    }),
  },
  'job.cancel': { params: job, result: nothing },
  'job.pause': { params: job, result: nothing },
  'job.resume': { params: job, result: nothing },
  /** Begins an ended job again with the same wishes. */
  'job.retry': { params: job, result: z.strictObject({ jobId: idSchema }) },
  /** Removes the records of ended jobs: one, or all of them. */
  'job.forget': { params: z.strictObject({ id: idSchema.optional() }), result: nothing },
} as const

export const jobEventSchemas = [
  z.strictObject({ kind: z.literal('job.changed'), job: jobSchema }),
  z.strictObject({ kind: z.literal('job.removed'), id: idSchema }),
] as const
