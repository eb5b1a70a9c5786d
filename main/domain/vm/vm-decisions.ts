import type { VmSpec } from '#contract/vm-spec'

import type { Emulator, FirmwareFacts } from './host-facts.ts'
import type { MachineProfile } from './machine-profile.ts'
import type { RuntimeNames } from './vm-plan.ts'

/** How a machine is run: as a service behind sockets, or in somebody's terminal with its changes thrown away. */
export type RunMode =
  | { readonly kind: 'service' }
  | {
      readonly kind: 'throwaway'
      /** Absolute folder on the host that takes the changes and is deleted after the run. */
      readonly scratchFolder: string
    }

/** Everything the command line follows from: the spec with each open choice made. Nothing here is undecided. */
export interface VmDecisions {
  readonly spec: VmSpec
  readonly mode: RunMode
  readonly profile: MachineProfile
  readonly machineType: string
  readonly emulator: Emulator
  readonly accelerator: 'kvm' | 'tcg'
  readonly acceleratorReason: string
  /** Value of `-cpu`, features included. */
  readonly cpuModel: string
  /** undefined: the machine type's own firmware, or none. */
  readonly firmware: FirmwareFacts | undefined
  readonly names: RuntimeNames
  readonly bwrapPath: string
  readonly rootLinks: Readonly<Record<string, string>>
  readonly vmFolder: string
  readonly runtimeFolder: string
}
