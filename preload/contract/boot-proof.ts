import { z } from 'zod'

import { idSchema } from './vm-spec.ts'

/** How far a machine came that was started to see whether it boots. */
export const bootVerdicts = ['system', 'kernel', 'loader', 'nothing', 'stopped', 'unclear'] as const

export const bootProofSchema = z.strictObject({
  /** `system`: it asks for a login or a command. `stopped`: its kernel gave up. `nothing`: no disk can be booted. */
  verdict: z.enum(bootVerdicts),
  /** The words that say so, as the guest wrote them; at most 200 characters. */
  words: z.string(),
  /** Where they stood. */
  seenOn: z.enum(['serial', 'screen']).optional(),
  seconds: z.number(),
  at: z.iso.datetime(),
  /** The end of what it wrote on its first serial port, without colours; at most 4,000 characters. */
  serial: z.string(),
  /** What a screen in text mode showed at the end. */
  screenText: z.string(),
  /** Whether there is a picture of the screen; `vm.bootProof` gives it. */
  hasPicture: z.boolean(),
})
export type BootProof = z.infer<typeof bootProofSchema>

/** The calls that prove that a machine boots. */
export const bootProofCalls = {
  /**
   * Starts a machine that is off on a layer over its disks that is thrown away, watches its serial port and its screen
   * until it is clear how far it comes, and ends it. Job result: a boot proof.
   */
  'vm.proveBoot': {
    params: z.strictObject({ id: idSchema, limitSeconds: z.int().min(5).max(1800).default(180) }),
    result: z.strictObject({ jobId: idSchema }),
  },
  /** The last proof of a machine, with the picture as PNG, base64. */
  'vm.bootProof': {
    params: z.strictObject({ id: idSchema }),
    result: z.strictObject({ proof: bootProofSchema.optional(), pictureBase64: z.string().optional() }),
  },
} as const
