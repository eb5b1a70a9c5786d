import { z } from 'zod'

import { idSchema, vmArchitectures, vmSpecSchema } from './vm-spec.ts'

/** Why a machine is no longer running, in words for people and facts for programs. */
export const exitReasonSchema = z.strictObject({
  kind: z.enum([
    'guest-shutdown', // the guest switched itself off
    'powered-off', // Petri ended it on request
    'suspended', // its state is on disk
    'failed-to-start', // QEMU ended before it answered
    'crashed', // QEMU ended by an error or a signal
    'out-of-memory', // the kernel ended it for want of memory
    'unknown', // it ended while no Petri was running
  ]),
  message: z.string(),
  exitCode: z.int().optional(),
  signal: z.string().optional(),
  stderrTail: z.string().optional(),
  at: z.iso.datetime(),
})
export type ExitReason = z.infer<typeof exitReasonSchema>

/** Every state a machine can be in. Times are ISO 8601 in UTC, durations in ms. */
export const vmStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stopped'), lastExit: exitReasonSchema.optional() }),
  /** Off, with its memory saved; the next start goes on where it was. */
  z.strictObject({ kind: z.literal('suspended'), at: z.iso.datetime(), sizeBytes: z.number() }),
  z.strictObject({ kind: z.literal('starting'), since: z.iso.datetime() }),
  z.strictObject({
    kind: z.literal('running'),
    pid: z.int(),
    since: z.iso.datetime(),
    /** The guest did not react to a shutdown request within the deadline: ask whether to wait or power off. */
    shutdownIgnored: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('paused'),
    pid: z.int(),
    since: z.iso.datetime(),
    /** `user`, or why QEMU stopped it: `io-error` (host disk full or broken), `guest-panicked`, `watchdog`, ... */
    reason: z.string(),
  }),
  z.strictObject({ kind: z.literal('stopping'), pid: z.int(), deadline: z.iso.datetime() }),
  z.strictObject({ kind: z.literal('suspending'), pid: z.int(), progress: z.number().min(0).max(1) }),
  /** The process lives and does not answer. Petri keeps asking; it never treats this as gone. */
  z.strictObject({ kind: z.literal('not-answering'), pid: z.int(), since: z.iso.datetime() }),
])
export type VmState = z.infer<typeof vmStateSchema>

/** How the machine runs, or would run if started now. */
export const vmAccelerationSchema = z.strictObject({
  accelerator: z.enum(['kvm', 'tcg']),
  /** Why it is so, as a sentence: shown beside the badge. */
  reason: z.string(),
})

/** One row of the library. A machine whose file cannot be read is still a row: nothing ever goes missing. */
export const vmEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('machine'),
    id: idSchema,
    name: z.string(),
    architecture: z.enum(vmArchitectures),
    tags: z.array(z.string()),
    memoryMiB: z.int(),
    cpus: z.int(),
    serialPorts: z.int(),
    hasDisplay: z.boolean(),
    /** A pattern for other machines, which cannot start itself. */
    template: z.boolean(),
    acceleration: vmAccelerationSchema,
    state: vmStateSchema,
    /** Made by a newer Petri: it can be shown and started by nobody older, and is never rewritten. */
    readOnly: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('damaged'),
    id: z.string(),
    name: z.string(),
    /** Absolute path of the file that could not be read; it is kept as it is. */
    file: z.string(),
    reason: z.string(),
    state: vmStateSchema,
  }),
])
export type VmEntry = z.infer<typeof vmEntrySchema>
export type MachineEntry = Extract<VmEntry, { kind: 'machine' }>
export type DamagedEntry = Extract<VmEntry, { kind: 'damaged' }>

/** One option of the command line with its explanation. */
export const explainedArgSchema = z.strictObject({
  /** The option and its value as they stand in argv: `['-m', '256']`. */
  args: z.array(z.string()),
  /** `sandbox`: what comes before QEMU (bwrap). */
  part: z.enum(['sandbox', 'qemu']),
  explanation: z.string(),
})
export type ExplainedArg = z.infer<typeof explainedArgSchema>

export const vmCommandSchema = z.strictObject({
  argv: z.array(z.string()),
  /** The same, quoted for a POSIX shell; pasted, it starts the same machine. */
  shell: z.string(),
  explained: z.array(explainedArgSchema),
})
export type VmCommand = z.infer<typeof vmCommandSchema>

/** What has changed in the command since the machine was last started. */
export const commandDiffSchema = z.strictObject({
  /** Absent: it was never started, or not by a Petri that noted it. */
  startedAt: z.iso.datetime().optional(),
  /** Every option of both commands, in order. */
  options: z.array(
    z.strictObject({
      /** `removed`: only in the command of the last start. */
      kind: z.enum(['same', 'removed', 'added']),
      args: z.array(z.string()),
    }),
  ),
})
export type CommandDiff = z.infer<typeof commandDiffSchema>

export const vmDetailSchema = z.strictObject({
  entry: vmEntrySchema,
  spec: vmSpecSchema.optional(),
  folder: z.string(),
})
export type VmDetail = z.infer<typeof vmDetailSchema>
