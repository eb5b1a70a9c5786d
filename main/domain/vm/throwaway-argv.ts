import { planCommand } from './plan-command.ts'
import { planPreparations } from './plan-mounts.ts'
import type { ThrowawayPlan, VmPlan } from './vm-plan.ts'

/**
 * The same machine in the foreground of a terminal: the first serial port and QEMU's monitor share stdin and stdout,
 * there are no sockets, no screen and no TPM, and every disk is opened read-only below a layer in `scratchFolder`
 * (absolute, on the host) that takes the changes. It ends when its terminal closes or its parent ends.
 */
export function throwawayArgv(plan: VmPlan, scratchFolder: string): ThrowawayPlan {
  const decisions = { ...plan.decisions, mode: { kind: 'throwaway', scratchFolder } } as const
  const { argv, explained } = planCommand(decisions)
  return { argv, explained, preparations: planPreparations(decisions) }
}
