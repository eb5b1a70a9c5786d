import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import { chooseAccelerator } from './choose-accelerator.ts'
import { chooseCpuModel } from './choose-cpu-model.ts'
import { chooseEmulator } from './choose-emulator.ts'
import { chooseFirmware } from './choose-firmware.ts'
import type { VmFacts } from './host-facts.ts'
import { defaultMachineType, machineProfile } from './machine-profile.ts'
import { planCommand } from './plan-command.ts'
import { planPreparations } from './plan-mounts.ts'
import { findProblems } from './problems/find-problems.ts'
import { runtimeNames } from './runtime-names.ts'
import type { VmDecisions } from './vm-decisions.ts'
import type { VmPlan, VmPlanning } from './vm-plan.ts'

/**
 * Decides what starting `spec` on this host means: every open choice, every problem at once, and the exact command.
 * Pure: the same spec and facts give the same plan. Never throws for a spec that the contract accepts.
 */
export function planVm(spec: VmSpec, facts: VmFacts): VmPlanning {
  const problems = findProblems(spec, facts)
  const decisions = decide(spec, facts)
  const isRefused = problems.some((problem) => problem.severity === 'error')
  return isRefused || !decisions ? { kind: 'refused', problems } : { kind: 'planned', plan: plan(decisions, problems) }
}

/** Undefined when a choice cannot be made; `findProblems` has then said why. */
function decide(spec: VmSpec, { host, nonce, runtimeFolder, vmFolder }: VmFacts): VmDecisions | undefined {
  const machineType = spec.machineType ?? defaultMachineType(spec.architecture)
  const profile = machineProfile(spec.architecture, machineType)
  const { accelerator, reason } = chooseAccelerator(spec, host)
  const emulator = chooseEmulator(spec, accelerator, host)
  if (!profile || !emulator || host.bwrapPath === undefined) return undefined
  return {
    spec,
    mode: { kind: 'service' },
    profile,
    machineType,
    emulator,
    accelerator,
    acceleratorReason: reason,
    cpuModel: chooseCpuModel(spec, accelerator, emulator),
    firmware: chooseFirmware(spec, profile, host.firmwares),
    names: runtimeNames(spec, nonce),
    bwrapPath: host.bwrapPath,
    rootLinks: host.rootLinks,
    vmFolder,
    runtimeFolder,
  }
}

function plan(decisions: VmDecisions, warnings: readonly Problem[]): VmPlan {
  return {
    spec: decisions.spec,
    emulatorPath: decisions.emulator.path,
    accelerator: decisions.accelerator,
    acceleratorReason: decisions.acceleratorReason,
    machineType: decisions.machineType,
    cpuModel: decisions.cpuModel,
    names: decisions.names,
    ...planCommand(decisions),
    preparations: planPreparations(decisions),
    warnings,
    decisions,
  }
}
