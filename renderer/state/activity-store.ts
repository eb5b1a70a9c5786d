import { create } from 'zustand'

import type { Failure } from '#contract/failure'

/** What was asked for one machine and did not work, until it is dismissed or something else is asked for. */
export interface MachineFailure {
  readonly machineId: string
  /** The machine's name when it was asked. */
  readonly machineName: string
  readonly failure: Failure
}

/** A throwaway run that this window opened; its console tab is its life. */
export interface ThrowawayRun {
  readonly runId: string
  readonly machineId: string
  /** Counts the runs of one machine in this window, from 1. */
  readonly ordinal: number
}

/** What this window is doing, as opposed to what the owner says is so. */
interface ActivityStore {
  /** Machines with a call under way. */
  readonly pending: ReadonlySet<string>
  readonly failures: ReadonlyMap<string, MachineFailure>
  readonly throwawayRuns: readonly ThrowawayRun[]
}

export const useActivityStore = create<ActivityStore>(() => ({
  pending: new Set(),
  failures: new Map(),
  throwawayRuns: [],
}))

export function setPending(machineId: string, isPending: boolean): void {
  useActivityStore.setState(({ pending }) => {
    const next = new Set(pending)
    if (isPending) next.add(machineId)
    else next.delete(machineId)
    return { pending: next }
  })
}

export function recordFailure(failure: MachineFailure): void {
  useActivityStore.setState(({ failures }) => ({ failures: new Map(failures).set(failure.machineId, failure) }))
}

export function dismissFailure(machineId: string): void {
  useActivityStore.setState(({ failures }) => {
    if (!failures.has(machineId)) return {}
    const next = new Map(failures)
    next.delete(machineId)
    return { failures: next }
  })
}

export function addThrowawayRun(machineId: string, runId: string): void {
  useActivityStore.setState(({ throwawayRuns }) => {
    const ordinals = throwawayRuns.filter((run) => run.machineId === machineId).map((run) => run.ordinal)
    return { throwawayRuns: [...throwawayRuns, { runId, machineId, ordinal: Math.max(0, ...ordinals) + 1 }] }
  })
}

export function removeThrowawayRun(runId: string): void {
  useActivityStore.setState(({ throwawayRuns }) => ({
    throwawayRuns: throwawayRuns.filter((run) => run.runId !== runId),
  }))
}
