import { ipcChannels } from '#contract/ipc-channels'
import { BrowserWindow, dialog, ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'

import type { IpcServer, WindowEnd } from './ipc-server.ts'
import { createExternalOpener } from './open-external.ts'
import { isTrustedSender } from './our-page.ts'

/**
 * Opens every channel at once and lets in only our page in a window's main frame. What is asked before the server is
 * ready waits for it, in order. When there will never be one, calls are left without an answer: the app is about to end.
 * `onBegin` hears of each page that begins.
 */
export function openIpcDoor(server: Promise<IpcServer>, onBegin: () => void): void {
  const openExternal = createExternalOpener()

  ipcMain.handle(ipcChannels.call, async (event, ...args: unknown[]) => {
    admit(event)
    return JSON.stringify(await (await server).call(windowEnd(event.sender), args))
  })
  ipcMain.handle(ipcChannels.chooseFile, (event, title: unknown) => chooseFile(admit(event), title))
  listen(ipcChannels.openExternal, (event, [url]) => openExternal(windowOf(event), url))
  listen(ipcChannels.begin, async () => onBegin())
  listen(ipcChannels.cancel, async (event, args) => (await server).cancel(windowEnd(event.sender), args))
  listen(ipcChannels.consoleOpen, async (event, args) => (await server).openConsole(windowEnd(event.sender), args))
  listen(ipcChannels.consoleSend, async (event, args) => (await server).sendConsole(windowEnd(event.sender), args))
  listen(ipcChannels.consoleClose, async (event, args) => (await server).closeConsole(windowEnd(event.sender), args))
}

function listen(channel: string, act: (event: IpcMainEvent, args: readonly unknown[]) => Promise<void>): void {
  ipcMain.on(channel, (event, ...args: unknown[]) => {
    if (!isTrustedSender(event.senderFrame)) return
    act(event, args).catch(() => undefined) // The server's failure to open is told by the one who opens it.
  })
}

/** Throws when the sender is not our page: its promise is rejected without a reason to learn from. */
function admit(event: IpcMainInvokeEvent): BrowserWindow {
  if (!isTrustedSender(event.senderFrame)) throw new Error('refused')
  return windowOf(event)
}

function windowOf(event: IpcMainEvent | IpcMainInvokeEvent): BrowserWindow {
  const window = BrowserWindow.fromWebContents(event.sender)
  if (!window) throw new Error('refused')
  return window
}

/** What the server may say to a window; said to nobody when the window has gone. */
export function windowEnd(contents: WebContents): WindowEnd {
  const send = (channel: string, ...args: readonly unknown[]) => {
    if (!contents.isDestroyed()) contents.send(channel, ...args)
  }
  return {
    id: contents.id,
    event: (event) => send(ipcChannels.event, event),
    connection: (connected) => send(ipcChannels.connection, connected),
    frame: (channel, frame) => send(ipcChannels.consoleFrame, channel, frame),
  }
}

async function chooseFile(window: BrowserWindow, title: unknown): Promise<string | undefined> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: typeof title === 'string' ? title.slice(0, 120) : 'Choose a file',
    properties: ['openFile', 'showHiddenFiles'],
  })
  return filePaths[0]
}
