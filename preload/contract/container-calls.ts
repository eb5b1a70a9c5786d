import { z } from 'zod'

import {
  binfmtRoutes,
  containerArchitectureSchema,
  containerBaseSchema,
  containerDraftSchema,
  containerEntrySchema,
  containerSettingsSchema,
  containerSpecSchema,
} from './container.ts'
import { binfmtEntrySchema, fileReportSchema } from './elf.ts'
import { problemSchema } from './problem.ts'
import { filePathSchema, idSchema, nameSchema } from './vm-spec.ts'

const nothing = z.strictObject({})
const container = z.strictObject({ id: idSchema })
const job = z.strictObject({ jobId: idSchema })

/** Longest output of a captured command that is handed over, in bytes for each stream. */
export const EXEC_OUTPUT_BYTES = 256 * 1024

/** A command inside a container. */
const execRequest = {
  id: idSchema,
  /** Empty: a shell. */
  argv: z.array(z.string().max(100_000)).max(1000).default([]),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(100_000)).default({}),
  workingFolder: z.string().startsWith('/').max(4095).optional(),
  /** Numeric user inside; 0 is root. */
  user: z.int().min(0).max(65_535).default(0),
  /** Print every system call. Emulated programs only. */
  strace: z.boolean().default(false),
  /** Wait for a debugger at this port before the first instruction. Emulated programs only. */
  gdbPort: z.int().min(1024).max(65_535).optional(),
  cpuModel: z.string().max(200).optional(),
} as const

const program = {
  path: filePathSchema,
  args: z.array(z.string().max(100_000)).max(1000).default([]),
  strace: z.boolean().default(false),
  gdbPort: z.int().min(1024).max(65_535).optional(),
  cpuModel: z.string().max(200).optional(),
  /** Show the program nothing of this user's files but itself. */
  sandbox: z.boolean().default(false),
} as const

const terminalSize = { cols: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) } as const

export const containerProcessSchema = z.strictObject({
  hostPid: z.int(),
  /** Its number inside. */
  pid: z.int(),
  user: z.int(),
  command: z.string(),
  memoryBytes: z.number(),
  /** As the host sees it: the emulator. */
  hostCommand: z.string(),
})

export const containerUsageSchema = z.strictObject({
  processes: z.int(),
  memoryBytes: z.number(),
  /** Processor time of what runs and of the children that it has waited for, in seconds. */
  cpuSeconds: z.number(),
  /** What the kernel counted against the limits; absent where no cgroup is ours. */
  failures: z.strictObject({ memory: z.int(), pids: z.int() }).optional(),
})

/** One way to get a program of another architecture to run, with what it costs on this host. */
export const wayCostSchema = z.strictObject({
  way: z.enum(['container', 'machine', 'cross']),
  /** How many times longer than on this host's own processor; absent: not measured. */
  cpu: z.number().optional(),
  syscalls: z.number().optional(),
  files: z.number().optional(),
  notes: z.array(z.string()),
})

export const containerCalls = {
  'container.list': { params: nothing, result: z.array(containerEntrySchema) },
  'container.show': {
    params: container,
    result: z.strictObject({
      entry: containerEntrySchema,
      spec: containerSpecSchema.optional(),
      folder: z.string(),
      /** Changes above the base, in bytes. */
      ownBytes: z.number(),
      /** The configuration that LXC gets. */
      configuration: z.string(),
      limitsInForce: z.boolean(),
    }),
  },
  /** Every problem with such a container, and what would be chosen. Changes nothing. */
  'container.preview': {
    params: z.strictObject({ draft: z.unknown() }),
    result: z.strictObject({
      problems: z.array(problemSchema),
      route: z.enum(binfmtRoutes).optional(),
      network: z.enum(['none', 'host', 'nat']).optional(),
    }),
  },
  /** With the base at hand the answer is `id`; else `jobId` of a job that unpacks or makes it, whose result is `{ id }`. */
  'container.create': {
    params: z.strictObject({ draft: containerDraftSchema }),
    result: z.strictObject({ id: idSchema.optional(), jobId: idSchema.optional() }),
  },
  'container.update': { params: z.strictObject({ id: idSchema, settings: containerSettingsSchema }), result: nothing },
  'container.rename': { params: z.strictObject({ id: idSchema, name: nameSchema }), result: nothing },
  'container.start': { params: container, result: nothing },
  /** Asks its programs to end, and ends them after `deadlineMs`; 0: at once. */
  'container.stop': {
    params: z.strictObject({ id: idSchema, deadlineMs: z.int().min(0).max(600_000).default(5000) }),
    result: nothing,
  },
  'container.freeze': { params: container, result: nothing },
  'container.thaw': { params: container, result: nothing },
  /** Throws away everything that changed since the newest snapshot, or since it was made when there is none. */
  'container.reset': { params: container, result: nothing },
  'container.snapshot': {
    params: z.strictObject({ id: idSchema, name: nameSchema.optional() }),
    result: z.strictObject({ snapshotId: idSchema }),
  },
  'container.revert': { params: z.strictObject({ id: idSchema, snapshotId: idSchema }), result: nothing },
  'container.deleteSnapshot': { params: z.strictObject({ id: idSchema, snapshotId: idSchema }), result: nothing },
  'container.clone': {
    params: z.strictObject({ id: idSchema, name: nameSchema.optional() }),
    result: z.strictObject({ id: idSchema }),
  },
  /** Writes its whole root file system as a tar file (`.gz` and `.zst` compress it). The job's result is `{ path, sizeBytes }`. */
  'container.export': { params: z.strictObject({ id: idSchema, path: filePathSchema }), result: job },
  'container.delete': { params: container, result: z.strictObject({ trashId: idSchema }) },
  'container.restore': { params: z.strictObject({ trashId: idSchema }), result: z.strictObject({ id: idSchema }) },
  /** The argv that runs a command inside, for a client on this host that runs it in its own terminal. Starts the container. */
  'container.command': {
    params: z.strictObject({ ...execRequest, terminal: z.boolean().default(true) }),
    result: z.strictObject({ argv: z.array(z.string()), shell: z.string(), debugger: z.string().optional() }),
  },
  /** Runs a command to its end. Output beyond `EXEC_OUTPUT_BYTES` is cut from the front. Starts the container. */
  'container.exec': {
    params: z.strictObject({ ...execRequest, timeoutMs: z.int().min(100).max(3_600_000).default(60_000) }),
    result: z.strictObject({ exitCode: z.int(), stdout: z.string(), stderr: z.string() }),
  },
  /** Opens a terminal inside; it ends with the last viewer of its console. Starts the container. */
  'container.terminal': {
    params: z.strictObject({ ...execRequest, ...terminalSize }),
    /** `debugger`: the command line of the debugger that it waits for. */
    result: z.strictObject({ runId: idSchema, debugger: z.string().optional() }),
  },
  /** Copies files of this host into a folder of the container. */
  'container.copyIn': {
    params: z.strictObject({
      id: idSchema,
      paths: z.array(filePathSchema).min(1).max(1000),
      folder: z.string().startsWith('/'),
    }),
    result: z.strictObject({ copied: z.int() }),
  },
  'container.processes': { params: container, result: z.array(containerProcessSchema) },
  'container.usage': { params: container, result: containerUsageSchema },
  'container.log': { params: container, result: z.strictObject({ text: z.string() }) },
  /** Core dumps in the container's folders, with the debugger's command line. */
  'container.cores': {
    params: container,
    result: z.array(z.strictObject({ path: z.string(), sizeBytes: z.number(), command: z.string() })),
  },
  'container.bases': { params: nothing, result: z.array(containerBaseSchema) },
  'container.deleteBase': { params: z.strictObject({ baseId: idSchema }), result: nothing },
  /** Measures the ways on this host with a small program; some seconds. The job's result is `{ ways }`. */
  'container.measure': { params: z.strictObject({ architecture: containerArchitectureSchema }), result: job },
  /** The three ways with what was measured before, and their limits. */
  'container.ways': {
    params: z.strictObject({ architecture: containerArchitectureSchema }),
    result: z.array(wayCostSchema),
  },
  'binfmt.show': {
    params: nothing,
    result: z.strictObject({
      host: z.strictObject({ mounted: z.boolean(), entries: z.array(binfmtEntrySchema) }),
      containers: z.array(z.strictObject({ id: z.string(), name: z.string(), entries: z.array(binfmtEntrySchema) })),
      emulators: z.array(
        z.strictObject({ architecture: containerArchitectureSchema, path: z.string(), version: z.string() }),
      ),
      /** Whether a container can register for itself, and if not why not. */
      own: z.strictObject({ works: z.boolean(), why: z.string() }),
      /** How to make all of them run on the whole host. */
      systemWide: z.strictObject({ text: z.string(), command: z.string() }),
    }),
  },
  /** What a file is, and whether and how it runs here. */
  'binary.inspect': { params: z.strictObject({ path: filePathSchema }), result: fileReportSchema },
  /** The argv that runs a program of any architecture, for a client on this host. */
  'binary.command': {
    params: z.strictObject(program),
    result: z.strictObject({ argv: z.array(z.string()), shell: z.string(), debugger: z.string().optional() }),
  },
  /** Runs a program in a terminal; it ends with the last viewer of its console. */
  'binary.run': {
    params: z.strictObject({ ...program, ...terminalSize }),
    result: z.strictObject({ runId: idSchema, debugger: z.string().optional() }),
  },
} as const

export const containerEventSchemas = [
  z.strictObject({ kind: z.literal('container.changed'), entry: containerEntrySchema }),
  z.strictObject({ kind: z.literal('container.removed'), id: z.string() }),
] as const
