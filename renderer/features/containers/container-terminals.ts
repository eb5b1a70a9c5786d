import { create } from 'zustand'

import type { CallParams } from '#contract/api'

import type { Client } from '../../api/client.ts'
import { containerSession, endContainerSession } from './container-sessions.ts'

export type TerminalWish = Omit<CallParams<'container.terminal'>, 'id' | 'cols' | 'rows'>

export interface OpenTerminal {
  readonly runId: string
  readonly label: string
}

/** Terminals of containers by container, kept while another screen is shown. */
const useStore = create<{ readonly open: Readonly<Record<string, readonly OpenTerminal[]>> }>(() => ({ open: {} }))
const none: readonly OpenTerminal[] = []

export const useTerminals = (id: string): readonly OpenTerminal[] => useStore(({ open }) => open[id] ?? none)

export const terminalsOf = (id: string): readonly OpenTerminal[] => useStore.getState().open[id] ?? none

/** Opens a terminal in a container, a shell unless something else is wished; starts the container when it does not run. */
export async function openTerminal(
  client: Client,
  { id, name }: { readonly id: string; readonly name: string },
  wish: TerminalWish = {},
  label = `Terminal ${terminalsOf(id).length + 1}`,
): Promise<{ readonly runId: string; readonly debugger?: string | undefined }> {
  const opened = await client.call('container.terminal', { ...wish, id, cols: 80, rows: 24 })
  containerSession(client, opened.runId, name)
  keep(id, [...terminalsOf(id), { runId: opened.runId, label }])
  return opened
}

/** Ends the program of a terminal and forgets it. */
export function endTerminal(id: string, runId: string): void {
  endContainerSession(runId)
  keep(
    id,
    terminalsOf(id).filter((terminal) => terminal.runId !== runId),
  )
}

function keep(id: string, terminals: readonly OpenTerminal[]): void {
  useStore.setState(({ open }) => ({ open: { ...open, [id]: terminals } }))
}

const seen = new Set<string>()

/** True once for each terminal: when it is shown for the first time. */
export function isFirstSight(runId: string): boolean {
  if (seen.has(runId)) return false
  seen.add(runId)
  return true
}
