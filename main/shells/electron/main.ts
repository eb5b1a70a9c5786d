import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { app, BrowserWindow, dialog, session } from 'electron'

import { userDirs } from '../../system/user-dirs.ts'
import { setAppMenu } from './app-menu.ts'
import { registerAppProtocol, serveAppProtocol } from './app-protocol.ts'
import { openAppWindow } from './app-window.ts'
import { handleCrashes } from './crash-handlers.ts'
import { openIpcDoor, windowEnd } from './ipc-door.ts'
import type { IpcServer } from './ipc-server.ts'
import type { LastingApp } from './lasting-app.ts'
import { lockDown, lockSession } from './lock-down.ts'

/** How long the app may take to let go of what it holds when it is left, in ms. */
const DISPOSE_LIMIT_MS = 3_000

/** A page that has not come by then does not hold up the app, which other programs ask, too. In ms. */
const PAGE_LIMIT_MS = 2_000

interface Started {
  readonly app: LastingApp
  readonly server: IpcServer
}

const folders = userDirs(process.env)
const stateFile = join(folders.state, 'window.json')
const devTools = !app.isPackaged

mkdirSync(folders.state, { recursive: true, mode: 0o700 })
// Chromium's own files, and with them the mark of a running instance: one for each set of folders.
app.setPath('userData', join(folders.state, 'electron'))
app.enableSandbox()
registerAppProtocol()

// Not awaited: Electron becomes ready only after this module has been evaluated.
if (app.requestSingleInstanceLock()) void run()
else app.quit()

/**
 * Opens the window before anything heavy is loaded; the app behind it is opened meanwhile, and what the page asks for
 * waits at the door.
 */
async function run(): Promise<void> {
  handleCrashes(join(folders.state, 'crash.log'))
  lockDown()
  // The page comes first: its process waits for this one until it has its preload script. While it then sets itself up,
  // this one has the time to open the library for it.
  let pageBegins = () => {}
  const page = new Promise<void>((resolve) => (pageBegins = resolve))
  const started = Promise.race([page, afterMs(PAGE_LIMIT_MS)]).then(open)
  openIpcDoor(
    started.then(({ server }) => server),
    () => pageBegins(),
  )

  app.on('second-instance', () => {
    const window = theWindow()
    if (window?.isMinimized()) window.restore()
    window?.show()
    window?.focus()
  })
  leaveInOrder(started)

  await app.whenReady()
  lockSession(session.defaultSession)
  serveAppProtocol(fileURLToPath(new URL('../renderer', import.meta.url)))
  setAppMenu({ devTools })
  const window = openAppWindow({ stateFile, devTools })

  try {
    const { server } = await started
    if (window.isDestroyed()) return
    const end = windowEnd(window.webContents)
    const detach = server.attach(end)
    window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) server.closeConsoles(end)
    })
    window.webContents.on('render-process-gone', () => server.closeConsoles(end))
    window.once('closed', detach)
  } catch (error) {
    dialog.showErrorBox('Petri cannot start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  }
}

async function open(): Promise<Started> {
  const [{ createOpenApp }, { IpcServer }, { LastingApp }] = await Promise.all([
    import('./open-app.ts'),
    import('./ipc-server.ts'),
    import('./lasting-app.ts'),
  ])
  const opened = await LastingApp.open(createOpenApp({ env: process.env, version: app.getVersion() }))
  return { app: opened, server: new IpcServer(opened) }
}

/** Leaves in order, however it is asked for: tells that machines run on, lets go of the data folder, quits. */
function leaveInOrder(started: Promise<Started>): void {
  let state: 'running' | 'asking' | 'ending' | 'done' = 'running'
  const opened = () => Promise.race([started.catch(() => undefined), afterMs(DISPOSE_LIMIT_MS)])
  const end = async () => {
    if (state === 'ending') return
    state = 'ending'
    await Promise.race([opened().then((found) => found?.app[Symbol.asyncDispose]()), afterMs(DISPOSE_LIMIT_MS)])
    state = 'done'
    app.quit()
  }
  const ask = async () => {
    state = 'asking'
    const found = await opened()
    const { confirmLeaving } = await import('./leave.ts')
    if (found === undefined || (await confirmLeaving(found.app, theWindow(), stateFile))) await end()
    else state = 'running'
  }
  app.on('before-quit', (event) => {
    if (state === 'done') return
    event.preventDefault()
    if (state === 'running') void ask()
  })
  app.on('window-all-closed', () => app.quit())
  app.on('browser-window-created', (_event, window) => {
    // The question needs a window to stand in front of, so the window closes only after it.
    window.on('close', (event) => {
      if (state === 'done') return
      event.preventDefault()
      app.quit()
    })
  })
  // Only now: Chromium sets handlers of its own until it is ready, and those would end in the question.
  void app.whenReady().then(() => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
  })
}

function theWindow(): BrowserWindow | undefined {
  return BrowserWindow.getAllWindows()[0]
}

function afterMs(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms))
}
