import { appendFileSync } from 'node:fs'

import { app, type BrowserWindow, dialog } from 'electron'

/** A window that crashes again within this time is not loaded again without asking, in ms. */
const CRASH_PAUSE_MS = 30_000

/**
 * Keeps an account of what breaks in `logFile`, on this computer alone, and says so. Nothing here touches a machine:
 * they run on, and the next Petri takes them over.
 */
export function handleCrashes(logFile: string): void {
  const note = (what: string) => {
    try {
      appendFileSync(logFile, `${new Date().toISOString()} ${what}\n`, { mode: 0o600 })
    } catch {
      // A full disk must not turn one fault into two.
    }
  }
  process.on('uncaughtException', (error) => {
    note(`main process: ${error.stack ?? error.message}`)
    dialog.showErrorBox('Petri has to close', `${error.message}\n\nYour machines run on. Details are in ${logFile}.`)
    app.exit(1)
  })
  process.on('unhandledRejection', (reason) => {
    note(`unhandled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`)
  })
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (reason !== 'clean-exit') note(`${type} process: ${reason}, exit code ${exitCode}`)
  })
  app.on('browser-window-created', (_event, window) => reviveWindow(window, note))
}

function reviveWindow(window: BrowserWindow, note: (what: string) => void): void {
  let lastCrashMs = -Infinity
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    note(`window: ${reason}, exit code ${exitCode}`)
    const nowMs = performance.now()
    const again = nowMs - lastCrashMs < CRASH_PAUSE_MS
    lastCrashMs = nowMs
    if (again) void askToReload(window, reason)
    else window.webContents.reload()
  })
}

async function askToReload(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window crashed again',
    detail: `Its process ended (${reason}). Your machines run on.`,
    buttons: ['Load it again', 'Quit Petri'],
    cancelId: 0,
    noLink: true,
  })
  if (response === 0) window.webContents.reload()
  else app.exit(1)
}
