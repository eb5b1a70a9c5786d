import type { MachineEntry } from '#contract/vm-state'

import type { Client } from '../../../api/client.ts'
import { bytesFromBase64, consoleText } from '../page/console-text.ts'

/** What a machine shows: its screen as the source of an image, or the last lines of its serial port. */
export type MachinePicture =
  | { readonly kind: 'screen'; readonly source: string }
  | { readonly kind: 'lines'; readonly text: string }

/** Read of a serial log, in bytes: the lines of a tile, with room for their escape sequences. */
const LOG_BYTES = 4_096
const LINES = 7

/** Asks for pictures one after the other, however many tiles there are: a picture costs QEMU a while. */
export function createPictureQueue(
  client: Client,
): (entry: MachineEntry, isWanted: () => boolean) => Promise<MachinePicture | undefined> {
  let last: Promise<unknown> = Promise.resolve()
  return async (entry, isWanted) => {
    // A tile that was scrolled away meanwhile is not asked for.
    const turn = last.then(async () => (isWanted() ? await readPicture(client, entry) : undefined))
    last = turn
    return await turn
  }
}

/** Undefined where there is nothing to see, or nobody answers: a tile without a picture says enough. */
async function readPicture(client: Client, entry: MachineEntry): Promise<MachinePicture | undefined> {
  return (
    (await readScreen(client, entry).catch(() => undefined)) ?? (await readLines(client, entry).catch(() => undefined))
  )
}

async function readScreen(client: Client, entry: MachineEntry): Promise<MachinePicture | undefined> {
  if (!entry.hasDisplay || !isOn(entry)) return undefined
  const { base64 } = await client.call('vm.screenshot', { id: entry.id })
  return { kind: 'screen', source: `data:image/png;base64,${base64}` }
}

async function readLines(client: Client, { id, serialPorts }: MachineEntry): Promise<MachinePicture | undefined> {
  if (serialPorts === 0) return undefined
  const target = { kind: 'serial', vmId: id, port: 0 } as const
  const { base64 } = await client.call('console.log', { target, maxBytes: LOG_BYTES })
  const lines = consoleText(bytesFromBase64(base64))
    .split('\n')
    .filter((line) => line.trim() !== '')
  return lines.length === 0 ? undefined : { kind: 'lines', text: lines.slice(-LINES).join('\n') }
}

/** Running or paused: it has a screen, and may show something else in a while. */
export const isOn = ({ state }: MachineEntry): boolean => state.kind === 'running' || state.kind === 'paused'
