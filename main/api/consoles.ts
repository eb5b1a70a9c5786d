import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { ConsoleFrame, ConsoleHandle, ConsoleTarget, ViewerFrame } from '#contract/console'
import { createConsoleHub, type ConsoleHub } from '../services/console/console-hub.ts'
import { openConsoleLog } from '../services/console/console-log.ts'
import { openScreen } from '../services/screen/open-screen.ts'
import type { ByteChannel } from '../system/byte-channel.ts'

/** Frames kept for a hub whose log is just being opened, which takes milliseconds: more than anybody types meanwhile. */
const EARLY_FRAMES = 1_000

/** Every open console of this owner. Hubs are made when somebody first needs them and live as long as the owner. */
export interface Consoles {
  serial(vmId: string, port: number): Promise<ConsoleHub>
  /** A console without a log, for a program in a terminal. It is dropped when it closes. */
  add(runId: string, hub: ConsoleHub): void
  remove(runId: string): void
  find(target: ConsoleTarget): Promise<ConsoleHub> | undefined
  /** Attaches a viewer at once; what it sends before its hub is open is kept in order. */
  open(target: ConsoleTarget, listener: (frame: ConsoleFrame) => void): ConsoleHandle
  close(): Promise<void>
}

export function createConsoles(options: {
  /** Folder for the logs of one machine. */
  readonly stateFolder: (vmId: string) => string
  readonly hasSerialPort: (vmId: string, port: number) => boolean
  /** Connects to a machine's VNC socket. Throws an error that says in words for people why there is no picture. */
  readonly connectScreen: (vmId: string, signal: AbortSignal) => Promise<ByteChannel>
  readonly now: () => Date
}): Consoles {
  const { now } = options
  const serialHubs = new Map<string, Promise<ConsoleHub>>()
  const runs = new Map<string, ConsoleHub>()

  const openSerial = async (vmId: string, port: number): Promise<ConsoleHub> => {
    const path = join(options.stateFolder(vmId), `serial-${port}.log`)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // A full or read-only disk costs the log, never the console.
    const log = await openConsoleLog({ path, now }).catch(() => undefined)
    return createConsoleHub({ log, now, flow: 'drain' })
  }
  const serial = (vmId: string, port: number): Promise<ConsoleHub> => {
    const key = `${vmId}/${port}`
    const hub = serialHubs.get(key) ?? openSerial(vmId, port)
    serialHubs.set(key, hub)
    return hub
  }
  const find = (target: ConsoleTarget): Promise<ConsoleHub> | undefined => {
    switch (target.kind) {
      case 'serial':
        return options.hasSerialPort(target.vmId, target.port) ? serial(target.vmId, target.port) : undefined
      case 'throwaway':
      case 'container': {
        const hub = runs.get(target.runId)
        return hub && Promise.resolve(hub)
      }
      case 'screen':
        return undefined
    }
  }

  return {
    serial,
    find,
    add: (runId, hub) => void runs.set(runId, hub),
    remove: (runId) => void runs.delete(runId),
    open(target, listener) {
      if (target.kind === 'screen') return openScreen((signal) => options.connectScreen(target.vmId, signal), listener)
      const hub = find(target)
      if (!hub) {
        queueMicrotask(() => listener({ kind: 'closed', reason: 'There is no such console.' }))
        return { send: () => {}, close: () => {} }
      }
      return handleLater(hub, listener)
    },
    async close() {
      const hubs = [...(await Promise.all(serialHubs.values())), ...runs.values()]
      await Promise.all(hubs.map(async (hub) => await hub.close('Petri is closing; the machine runs on.')))
    },
  }
}

function handleLater(hub: Promise<ConsoleHub>, listener: (frame: ConsoleFrame) => void): ConsoleHandle {
  let handle: ConsoleHandle | undefined
  let closed = false
  const early: ViewerFrame[] = []
  void hub.then((opened) => {
    if (closed) return
    handle = opened.open(listener)
    for (const frame of early) handle.send(frame)
  })
  return {
    send(frame) {
      if (handle) handle.send(frame)
      else if (early.length < EARLY_FRAMES) early.push(frame)
    },
    close() {
      closed = true
      handle?.close()
    },
  }
}
