import { createHash } from 'node:crypto'

import { z } from 'zod'

import { VM_SPEC_VERSION, type VmSpec, vmSpecSchema } from '#contract/vm-spec'

/** What one machine.json turned out to hold. */
export type MachineFile =
  | { readonly kind: 'machine'; readonly spec: VmSpec }
  /** Written by a later version of Petri: its name can be shown, nothing else is relied on. */
  | { readonly kind: 'newer'; readonly version: number; readonly name: string }
  | { readonly kind: 'damaged'; readonly reason: string; readonly name: string | undefined }

/** What the machine holds is for the next schema; a record of unknowns would copy each of a thousand machines. */
const machineSchema = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)
const envelopeSchema = z.strictObject({ checksum: z.string(), machine: machineSchema })
const newerSchema = z.object({ version: z.int().min(VM_SPEC_VERSION + 1), name: z.string().max(120).catch('') })

/** The text of a machine file: the spec under a checksum, so that a flipped bit can never pass for a setting. */
export function formatMachineFile(spec: VmSpec): string {
  return `${JSON.stringify({ checksum: checksum(spec), machine: spec }, undefined, 2)}\n`
}

/**
 * Reads a machine file. Never throws: whatever the text is, the answer says what it is.
 * `trustEdits`: take a file whose checksum does not fit its text, because a person says that he edited it himself.
 */
export function parseMachineFile(text: string, trustEdits = false): MachineFile {
  if (text.trim() === '') return { kind: 'damaged', reason: 'the file is empty', name: undefined }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { kind: 'damaged', reason: `not JSON: ${error instanceof Error ? error.message : ''}`, name: undefined }
  }
  const envelope = envelopeSchema.safeParse(json)
  if (!envelope.success) return { kind: 'damaged', reason: 'not a machine file of Petri', name: undefined }
  const { machine } = envelope.data
  const name = nameOf(machine)
  if (!trustEdits && checksum(machine) !== envelope.data.checksum)
    return { kind: 'damaged', reason: 'its checksum does not fit: it was damaged, or edited outside Petri', name }
  const spec = vmSpecSchema.safeParse(machine)
  if (spec.success) return { kind: 'machine', spec: spec.data }
  const newer = newerSchema.safeParse(machine)
  if (newer.success) return { kind: 'newer', ...newer.data }
  const issue = spec.error.issues[0]
  return { kind: 'damaged', reason: `${issue?.path.join('.') || 'machine'}: ${issue?.message ?? 'not valid'}`, name }
}

/** Of the JSON text with its keys in the order in which they stand: a parsed file gives the same text again. */
function checksum(machine: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(machine)).digest('hex')}`
}

function nameOf(machine: Readonly<Record<string, unknown>>): string | undefined {
  return typeof machine['name'] === 'string' ? machine['name'].slice(0, 120) : undefined
}
