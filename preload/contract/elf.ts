import { z } from 'zod'

import { containerArchitectureSchema } from './container.ts'

/** What a file is, as far as the kernel cares when it is to be run. */
export const binaryFactsSchema = z.strictObject({
  format: z.enum([
    'elf',
    'script',
    'pe',
    'mach-o',
    'java',
    'wasm',
    'archive',
    'disk-image',
    'text',
    'empty',
    'folder',
    'special',
    'unknown',
  ]),
  /** Absent when the machine is none that Petri knows. */
  architecture: containerArchitectureSchema.optional(),
  /** The machine in words: `ARM, 32-bit, little-endian`. */
  machine: z.string().optional(),
  type: z.enum(['executable', 'pie', 'library', 'object', 'core', 'other']).optional(),
  abi: z.string().optional(),
  floatAbi: z.enum(['hard', 'soft', 'double', 'single', 'unknown']).optional(),
  linkage: z.enum(['static', 'dynamic']).optional(),
  /** The program that loads it, for dynamic programs and scripts. */
  interpreter: z.string().optional(),
  libraries: z.array(z.string()).optional(),
  /** The oldest kernel that it says it runs on: `3.2.0`. */
  minimumKernel: z.string().optional(),
  buildId: z.string().optional(),
})
export type BinaryFacts = z.output<typeof binaryFactsSchema>

/** Whether a file runs here, and if not why not. */
export const verdictSchema = z.strictObject({
  runs: z.enum(['natively', 'emulated', 'not']),
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  why: z.string(),
  cure: z.strictObject({ text: z.string(), command: z.string().optional() }).optional(),
})
export type Verdict = z.output<typeof verdictSchema>

export const fileReportSchema = z.strictObject({
  path: z.string(),
  sizeBytes: z.number(),
  facts: binaryFactsSchema,
  verdict: verdictSchema,
  /** The command that runs it, without its own arguments. Absent: it cannot be run. */
  command: z
    .strictObject({ argv: z.array(z.string()), shell: z.string(), baseLabel: z.string().optional() })
    .optional(),
})
export type FileReport = z.output<typeof fileReportSchema>

/** One registration of binfmt_misc. */
export const binfmtEntrySchema = z.strictObject({
  name: z.string(),
  enabled: z.boolean(),
  interpreter: z.string(),
  interpreterThere: z.boolean(),
  flags: z.string(),
  /** Each flag in words. */
  flagsExplained: z.array(z.string()),
  magic: z.string().optional(),
  mask: z.string().optional(),
  extension: z.string().optional(),
})
export type BinfmtEntry = z.output<typeof binfmtEntrySchema>
