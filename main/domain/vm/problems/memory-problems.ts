import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { VmFacts } from '../host-facts.ts'
import type { MachineProfile } from '../machine-profile.ts'
import { error, warning } from './make-problem.ts'

/** Share of the host's memory from which on one machine makes the host itself slow. */
const largeShare = 0.75
/** UEFI lays out its own tables before anything boots; below this it stops without a word. */
const uefiNeedsMiB = 128

/** Memory that the host does not have, or that the board cannot use. */
export function memoryProblems(spec: VmSpec, { host }: VmFacts, profile: MachineProfile): readonly Problem[] {
  return [...hostMemoryProblems(spec, host.memoryMiB), ...boardMemoryProblems(spec, profile), ...targetProblems(spec)]
}

/** Below this a Linux guest begins to end its own programs. */
const leastTargetMiB = 64

function targetProblems({ balloon, memoryMiB, memoryTargetMiB }: VmSpec): readonly Problem[] {
  if (memoryTargetMiB === undefined) return []
  const field = 'memoryTargetMiB'
  if (!balloon)
    return [
      error(
        field,
        'target-without-balloon',
        'Memory is taken from a running guest by its balloon, and this machine has none.',
        'Switch the balloon on.',
      ),
    ]
  if (memoryTargetMiB > memoryMiB)
    return [
      error(
        field,
        'target-above-memory',
        `The guest cannot be left ${memoryTargetMiB} MiB: the machine has ${memoryMiB} MiB.`,
        `Choose at most ${memoryMiB} MiB.`,
      ),
    ]
  return memoryTargetMiB < Math.min(leastTargetMiB, memoryMiB)
    ? [
        warning(
          field,
          'target-small',
          `${memoryTargetMiB} MiB is little: the guest may end its own programs for want of memory.`,
          `Leave it ${leastTargetMiB} MiB or more.`,
        ),
      ]
    : []
}

function hostMemoryProblems({ memoryMiB }: VmSpec, hostMiB: number): readonly Problem[] {
  if (memoryMiB > hostMiB) {
    return [
      error(
        'memoryMiB',
        'memory-above-host',
        `The machine has ${memoryMiB} MiB of memory; this host has ${hostMiB} MiB.`,
        `Choose at most ${Math.floor(hostMiB * largeShare)} MiB.`,
      ),
    ]
  }
  if (memoryMiB <= hostMiB * largeShare) return []
  return [
    warning(
      'memoryMiB',
      'memory-large',
      `The machine may take ${memoryMiB} of this host's ${hostMiB} MiB: other programs may run out of memory.`,
      `Choose at most ${Math.floor(hostMiB * largeShare)} MiB.`,
    ),
  ]
}

function boardMemoryProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  const { firmware, memoryMiB } = spec
  const board = `${profile.family} on ${spec.architecture}`
  const needsMiB = Math.max(profile.minMemoryMiB, firmware.kind === 'uefi' ? uefiNeedsMiB : 0)
  if (memoryMiB < needsMiB) {
    const who = needsMiB === profile.minMemoryMiB ? board : 'UEFI'
    return [
      error(
        'memoryMiB',
        'memory-below-machine',
        `${memoryMiB} MiB is too little: ${who} needs ${needsMiB} MiB to start at all.`,
        `Choose ${needsMiB} MiB or more.`,
      ),
    ]
  }
  if (memoryMiB > profile.maxMemoryMiB) {
    return [
      error(
        'memoryMiB',
        'memory-above-machine',
        `${board} takes ${profile.maxMemoryMiB} MiB of memory at most.`,
        'Choose less, or a 64-bit architecture.',
      ),
    ]
  }
  return profile.family === 'pseries' && memoryMiB % 256 !== 0
    ? [
        error(
          'memoryMiB',
          'memory-not-in-blocks',
          'pseries takes its memory in blocks of 256 MiB.',
          `Choose ${Math.ceil(memoryMiB / 256) * 256} MiB.`,
        ),
      ]
    : []
}
