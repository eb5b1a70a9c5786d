import type { ExplainedArg } from '#contract/vm-state'

import { qemuArgv } from '../qemu/qemu-argv.ts'
import type { QemuOption } from '../qemu/qemu-option.ts'
import { sandboxArgv } from '../qemu/sandbox-argv.ts'
import { planMounts } from './plan-mounts.ts'
import type { VmDecisions } from './vm-decisions.ts'
import type { SandboxMount } from './vm-plan.ts'

/** The whole command of one run, and what it binds. */
export interface PlannedCommand {
  readonly mounts: readonly SandboxMount[]
  readonly shareNetwork: boolean
  readonly argv: readonly string[]
  readonly explained: readonly ExplainedArg[]
}

/** bwrap with its options, the emulator with its options: as argv and cut into explained options, in the same order. */
export function planCommand(decisions: VmDecisions): PlannedCommand {
  const { emulator, spec } = decisions
  const mounts = planMounts(decisions)
  const shareNetwork = spec.networks.some((network) => network.backend.kind === 'user')
  const program: QemuOption = {
    args: [emulator.path],
    explanation: `QEMU's emulator of a whole ${spec.architecture} machine, version ${emulator.version.join('.')}.`,
  }
  const explained = [
    ...explain('sandbox', sandboxArgv(decisions, mounts, shareNetwork)),
    ...explain('qemu', [program, ...qemuArgv(decisions)]),
  ]
  return { mounts, shareNetwork, argv: explained.flatMap((option) => option.args), explained }
}

function explain(part: ExplainedArg['part'], options: readonly QemuOption[]): readonly ExplainedArg[] {
  return options.map(({ args, explanation }) => ({ args: [...args], part, explanation }))
}
