import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'
import type { ExplainedArg } from '#contract/vm-state'

import type { VmDecisions } from './vm-decisions.ts'

/** A bind mount of the sandbox. `guestPath` is where QEMU sees it: below /vm for files, /run/petri for sockets. */
export interface SandboxMount {
  readonly hostPath: string
  readonly sandboxPath: string
  readonly mode: 'read-only' | 'read-write' | 'device'
}

/** Names of one start's files inside `runtimeFolder` (and inside /run/petri in the sandbox). */
export interface RuntimeNames {
  /** QMP for the owner. */
  readonly qmp: string
  /** A second QMP monitor, free for others. */
  readonly qmpSpare: string
  readonly pidFile: string
  /** One socket per serial port, in order. */
  readonly serial: readonly string[]
  readonly vnc: string | undefined
  readonly swtpm: string | undefined
  /** One socket per folder that is shared over virtiofs, by the folder's id. */
  readonly virtiofs: Readonly<Record<string, string>>
}

/** A file that has to exist before QEMU starts, made by `services/vm` when it is absent. */
export type Preparation =
  /** UEFI variables: a qcow2 made from the template, so that snapshots can hold it. */
  | {
      readonly kind: 'uefi-vars'
      readonly templatePath: string
      readonly templateFormat: 'raw' | 'qcow2'
      readonly path: string
    }
  | { readonly kind: 'tpm-state'; readonly folder: string }
  /** A virtiofsd for one folder, listening on `socket` in the runtime folder before QEMU starts. */
  | {
      readonly kind: 'virtiofs'
      readonly id: string
      readonly folder: string
      readonly readOnly: boolean
      readonly socket: string
    }
  /**
   * An empty qcow2 above `basePath` for one throwaway run: `qemu-img create -f qcow2 -b basePath -F baseFormat path`.
   * QEMU is told the base on its command line, so the name in the header is for `qemu-img` alone.
   */
  | {
      readonly kind: 'overlay'
      readonly basePath: string
      readonly baseFormat: string
      /** Frozen disks below the base, which `qemu-img` opens, too. */
      readonly belowPaths: readonly string[]
      readonly path: string
    }

/** One machine ready to be launched: the spec with every default decided, and everything its command line needs. */
export interface VmPlan {
  readonly spec: VmSpec
  readonly emulatorPath: string
  readonly accelerator: 'kvm' | 'tcg'
  /** Why this accelerator, as a sentence. */
  readonly acceleratorReason: string
  readonly machineType: string
  readonly cpuModel: string
  readonly names: RuntimeNames
  readonly mounts: readonly SandboxMount[]
  readonly shareNetwork: boolean
  readonly preparations: readonly Preparation[]
  /** bwrap and its options, then QEMU and its options: the whole command, without `-S`. */
  readonly argv: readonly string[]
  /** The same in order, cut into options with a sentence each. */
  readonly explained: readonly ExplainedArg[]
  readonly warnings: readonly Problem[]
  /** What the command follows from; `throwawayArgv` makes its own of it. */
  readonly decisions: VmDecisions
}

/** A foreground run in a terminal whose changes are thrown away. */
export interface ThrowawayPlan {
  readonly argv: readonly string[]
  readonly explained: readonly ExplainedArg[]
  /** To be made before the start; what lies in the scratch folder is deleted after the run. */
  readonly preparations: readonly Preparation[]
}

/** Either a plan, or every reason why there is none. `problems` may hold warnings in both cases. */
export type VmPlanning =
  | { readonly kind: 'planned'; readonly plan: VmPlan }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
