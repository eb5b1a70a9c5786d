import type { NetworkModel, OvfBus } from './ovf-words.ts'

/** A disk of an OVF: its file in the archive, and where it hangs. */
export interface OvfDisk {
  /** A bare file name. */
  readonly href: string
  readonly bus: OvfBus
  readonly capacityBytes: number | undefined
}

/** What an OVF says of its machine, as far as Petri has it; the rest is named in `dropped`. */
export interface OvfMachine {
  readonly name: string
  readonly cpus: number
  readonly memoryMiB: number
  readonly uefi: boolean
  readonly disks: readonly OvfDisk[]
  readonly networks: readonly NetworkModel[]
  /** Petri's own description, when Petri wrote the OVF: JSON, not trusted more than the rest. */
  readonly petri: string | undefined
  /** What was not taken over, one phrase each. */
  readonly dropped: readonly string[]
}

/** An OVF that cannot be used; the message is a sentence for a person. */
export class OvfError extends Error {
  override readonly name = 'OvfError'
}
