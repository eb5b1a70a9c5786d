import { vmEntrySchema } from '#contract/vm-state'
import { type BrowserWindow, dialog } from 'electron'
import { z } from 'zod'

import type { App } from '../../api/app.ts'
import { readWindowState, writeWindowState } from './window-state.ts'

/** How long the owner may take to say which machines run, in ms. */
const LIST_LIMIT_MS = 1_000

/** States in which a machine has a process that stays. */
const withoutProcess: ReadonlySet<string> = new Set(['stopped', 'suspended'])

/**
 * Tells, the first time that Petri is left while machines run, that they run on. Returns false when the user would
 * rather stay.
 */
export async function confirmLeaving(app: App, window: BrowserWindow | undefined, stateFile: string): Promise<boolean> {
  const state = readWindowState(stateFile)
  if (state.toldMachinesRunOn || window === undefined || window.isDestroyed()) return true
  const running = await runningMachines(app)
  if (running === 0) return true
  const { response } = await dialog.showMessageBox(window, {
    type: 'info',
    message: running === 1 ? 'One machine runs on' : `${running} machines run on`,
    detail:
      'Machines do not need the window. Open Petri again to find them as they are, or shut them down first if you want them to end. Petri says this once.',
    buttons: ['Quit Petri', 'Stay'],
    cancelId: 1,
    noLink: true,
  })
  if (response !== 0) return false
  writeWindowState(stateFile, { ...readWindowState(stateFile), toldMachinesRunOn: true })
  return true
}

async function runningMachines(app: App): Promise<number> {
  const outcome = await app.dispatch('vm.list', {}, { signal: AbortSignal.timeout(LIST_LIMIT_MS) })
  if (!outcome.ok) return 0
  const entries = z.array(vmEntrySchema).safeParse(outcome.value).data ?? []
  return entries.filter((entry) => !withoutProcess.has(entry.state.kind)).length
}
