import type { MachineEntry } from '#contract/vm-state'
import { useMemo } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import type { Client } from '../../../api/client.ts'
import { dismissFailure, recordFailure } from '../../../state/activity-store.ts'
import { useClient } from '../../../state/client-context.ts'
import { saveFile } from '../../../ui/save-file.ts'

/** What can be done with a screen besides looking at it. Failures go to the activity store; false tells of one. */
export interface ScreenActions {
  savePicture(): Promise<boolean>
  press(keys: readonly string[]): Promise<boolean>
  type(text: string, signal: AbortSignal): Promise<boolean>
  addScreen(): Promise<boolean>
}

export function useScreenActions(entry: MachineEntry): ScreenActions {
  const client = useClient()
  const { id, name } = entry
  return useMemo(() => screenActions(client, id, name), [client, id, name])
}

function screenActions(client: Client, id: string, name: string): ScreenActions {
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    dismissFailure(id)
    try {
      await work()
      return true
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code !== 'cancelled') recordFailure({ machineId: id, machineName: name, failure })
      return false
    }
  }
  return {
    savePicture: async () =>
      await attempt(async () => {
        const { base64 } = await client.call('vm.screenshot', { id })
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        saveFile(`${name} ${new Date().toISOString().slice(0, 19)}`, 'png', bytes, 'image/png')
      }),
    press: async (keys) => await attempt(async () => await client.call('vm.sendKeys', { id, keys: [...keys] })),
    type: async (text, signal) => await attempt(async () => await client.call('vm.type', { id, text }, { signal })),
    addScreen: async () =>
      await attempt(async () => {
        const { spec } = await client.call('vm.show', { id })
        if (spec === undefined) return
        const device = spec.architecture === 'x86_64' || spec.architecture === 'i386' ? 'std' : 'virtio-gpu'
        await client.call('vm.update', { spec: { ...spec, display: { kind: 'vnc', device } } })
      }),
  }
}
