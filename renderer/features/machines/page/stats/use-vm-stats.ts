import type { Failure } from '#contract/failure'
import type { VmEntry } from '#contract/vm-state'
import type { LiveStats, StatsSample } from '#contract/vm-stats'
import { useEffect, useState } from 'react'

import { failureOf } from '../../../../api/call-failed.ts'
import type { Client } from '../../../../api/client.ts'
import { useClient } from '../../../../state/client-context.ts'

/** How long after a question that failed it is asked again, in ms. */
const ASK_AGAIN_MS = 5_000
/** The least time between an answer and the next question, in ms: an owner that answers at once must not keep us busy. */
const REST_MS = 1_000
const HOUR_MS = 3_600_000

export interface VmStatsView {
  readonly samples: readonly StatsSample[]
  readonly now?: LiveStats | undefined
  readonly failure?: Failure | undefined
  /** The first answer has come. */
  readonly known: boolean
}

const nothing: VmStatsView = { samples: [], known: false }

/**
 * What a machine uses, as long as somebody looks: the question for the next sample is always open while the page is in
 * sight, and being asked is what makes the owner sample often.
 */
export function useVmStats({ id, state }: VmEntry): VmStatsView {
  const client = useClient()
  const [view, setView] = useState(nothing)
  const isOn = state.kind === 'running' || state.kind === 'paused' || state.kind === 'stopping'
  useEffect(() => {
    const abort = new AbortController()
    void follow(client, id, isOn, abort.signal, setView)
    return () => abort.abort()
  }, [client, id, isOn])
  return view
}

async function follow(
  client: Client,
  id: string,
  isOn: boolean,
  signal: AbortSignal,
  setView: (change: (before: VmStatsView) => VmStatsView) => void,
): Promise<void> {
  let after: number | undefined
  while (!signal.aborted) {
    try {
      const asked = after
      const answer = await client.call('vm.stats', { id, ...(asked === undefined ? {} : { after: asked }) }, { signal })
      if (signal.aborted) return
      after = answer.samples.at(-1)?.atMs ?? after ?? 0
      setView((before) => ({
        samples: asked === undefined ? answer.samples : joined(before.samples, answer.samples),
        now: answer.now,
        known: true,
      }))
      if (!isOn) return
      await later(REST_MS, signal)
      await inSight(signal)
    } catch (error) {
      if (signal.aborted) return
      setView((before) => ({ ...before, failure: failureOf(error), known: true }))
      await later(ASK_AGAIN_MS, signal)
    }
  }
}

function joined(before: readonly StatsSample[], newer: readonly StatsSample[]): readonly StatsSample[] {
  const oldest = (newer.at(-1)?.atMs ?? 0) - HOUR_MS
  return [...before.filter(({ atMs }) => atMs > oldest), ...newer]
}

/** Resolves when the page is in sight; nobody looks at one in the background. */
async function inSight(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return
  await new Promise<void>((resolve) => {
    document.addEventListener('visibilitychange', () => resolve(), { once: true, signal })
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function later(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
