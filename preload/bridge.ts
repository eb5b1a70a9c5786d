import type { ApiEvent } from '#contract/api'
import type { PreloadBridge } from '#contract/bridge'
import type { ConsoleFrame } from '#contract/console'
import { ipcChannels } from '#contract/ipc-channels'
import { contextBridge, ipcRenderer, webUtils } from 'electron'

const consoles = new Map<number, (frame: ConsoleFrame) => void>()
let lastChannel = 0

ipcRenderer.send(ipcChannels.begin)

ipcRenderer.on(ipcChannels.consoleFrame, (_event, channel: number, frame: ConsoleFrame) => {
  consoles.get(channel)?.(frame)
})

/** The whole of what the window can reach: names and data, no object of Electron's. */
const bridge: PreloadBridge = {
  shell: 'electron',
  callForJson: (name, params, callId) =>
    ipcRenderer.invoke(ipcChannels.call, name, params, callId).then((json: string) => json),
  cancel: (callId) => ipcRenderer.send(ipcChannels.cancel, callId),
  subscribe: (listener) => {
    const forward = (_event: unknown, event: ApiEvent) => listener(event)
    ipcRenderer.on(ipcChannels.event, forward)
    return () => ipcRenderer.off(ipcChannels.event, forward)
  },
  openConsole: (target, listener) => {
    lastChannel += 1
    const channel = lastChannel
    consoles.set(channel, listener)
    ipcRenderer.send(ipcChannels.consoleOpen, channel, target)
    return {
      send: (frame) => ipcRenderer.send(ipcChannels.consoleSend, channel, frame),
      close: () => {
        consoles.delete(channel)
        ipcRenderer.send(ipcChannels.consoleClose, channel)
      },
    }
  },
  onConnection: (listener) => {
    const forward = (_event: unknown, connected: boolean) => listener(connected)
    ipcRenderer.on(ipcChannels.connection, forward)
    return () => ipcRenderer.off(ipcChannels.connection, forward)
  },
  openExternal: (url) => ipcRenderer.send(ipcChannels.openExternal, url),
  chooseFile: (title) => ipcRenderer.invoke(ipcChannels.chooseFile, title).then((path: string | undefined) => path),
  pathOfDropped: (file) => (file instanceof File ? webUtils.getPathForFile(file) || undefined : undefined),
}

contextBridge.exposeInMainWorld('petri', bridge)
