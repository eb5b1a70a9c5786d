import { z } from 'zod'

import { consoleTargetSchema } from './console.ts'
import { diskFilesCalls } from './disk-files.ts'
import { diskCalls } from './disk-calls.ts'
import { containerCalls, containerEventSchemas } from './container-calls.ts'
import { type Failure } from './failure.ts'
import { imageCalls, imageEventSchemas } from './image.ts'
import { hostBudgetSchema, hostReportSchema } from './host.ts'
import { jobCalls, jobEventSchemas } from './job.ts'
import { bootProofCalls } from './boot-proof.ts'
import { liveCalls } from './live-calls.ts'
import { snapshotCalls, snapshotEventSchemas } from './snapshot.ts'
import { statsCalls } from './vm-stats.ts'
import { fileCalls } from './medium.ts'
import { vmBuildCalls } from './vm-build.ts'
import { screenCalls } from './screen-calls.ts'
import { vmCalls, vmEventSchemas } from './vm-calls.ts'

const nothing = z.strictObject({})

/** Every call that a client can make: one table for Electron, web and CLI. Results are data; state comes as events. */
export const apiCalls = {
  'app.info': {
    params: nothing,
    result: z.strictObject({
      version: z.string(),
      shell: z.enum(['electron', 'web', 'cli']),
      dataFolder: z.string(),
      stateFolder: z.string(),
    }),
  },
  ...vmCalls,
  ...vmBuildCalls,
  ...bootProofCalls,
  ...liveCalls,
  ...statsCalls,
  ...screenCalls,
  ...jobCalls,
  ...fileCalls,
  ...imageCalls,
  ...snapshotCalls,
  ...diskCalls,
  ...diskFilesCalls,
  ...containerCalls,
  /** The console's log as kept on disk, newest `maxBytes`, base64. */
  'console.log': {
    params: z.strictObject({
      target: consoleTargetSchema,
      maxBytes: z.int().positive().max(16_777_216).default(1_048_576),
    }),
    result: z.strictObject({ base64: z.string(), totalBytes: z.number() }),
  },
  'host.check': { params: z.strictObject({ again: z.boolean().default(false) }), result: hostReportSchema },
  /** What this host has left for one more machine, measured now. */
  'host.budget': { params: nothing, result: hostBudgetSchema },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type ApiCalls = typeof apiCalls
export type CallName = keyof ApiCalls
export type CallParams<N extends CallName> = z.input<ApiCalls[N]['params']>
export type CallResult<N extends CallName> = z.output<ApiCalls[N]['result']>

/** What every transport carries back. */
export type CallOutcome<T = unknown> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

/** What the owner announces to every client. Events state facts; they never ask for anything. */
export const apiEventSchema = z.discriminatedUnion('kind', [
  ...vmEventSchemas,
  ...jobEventSchemas,
  ...imageEventSchemas,
  ...snapshotEventSchemas,
  ...containerEventSchemas,
  z.strictObject({ kind: z.literal('host.checked'), report: hostReportSchema }),
])
export type ApiEvent = z.infer<typeof apiEventSchema>
