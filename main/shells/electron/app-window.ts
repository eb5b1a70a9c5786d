import { fileURLToPath } from 'node:url'

import { BrowserWindow, Menu, nativeTheme, screen } from 'electron'

import { PAGE_URL } from './our-page.ts'
import { readWindowState, windowBounds, writeWindowState } from './window-state.ts'

/** How long after the last change of place or size it is written, in ms. */
const SAVE_AFTER_MS = 500

export interface AppWindowOptions {
  /** Absolute path of the file that keeps place and size. */
  readonly stateFile: string
  /** Developer tools can be opened. */
  readonly devTools: boolean
}

/** Opens the window, hidden until its first picture is ready; its page starts to load at once. */
export function openAppWindow(options: AppWindowOptions): BrowserWindow {
  const kept = readWindowState(options.stateFile)
  const displays = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()]
  const window = new BrowserWindow({
    ...windowBounds(
      kept.bounds,
      displays.map((display) => display.workArea),
    ),
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Petri',
    autoHideMenuBar: true,
    // The colours of the page's own background: no flash before it is drawn.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff',
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/bridge.cjs', import.meta.url)),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: options.devTools,
    },
  })
  if (kept.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  keepState(window, options.stateFile)
  offerEditing(window)
  void window.loadURL(PAGE_URL).catch(() => window.show()) // A page that cannot be loaded shows why.
  return window
}

function keepState(window: BrowserWindow, stateFile: string): void {
  let timer: NodeJS.Timeout | undefined
  const save = () => {
    clearTimeout(timer)
    if (window.isDestroyed() || window.isMinimized() || window.isFullScreen()) return
    const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
    writeWindowState(stateFile, { ...readWindowState(stateFile), ...state })
  }
  const saveSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(save, SAVE_AFTER_MS)
  }
  window.on('resize', saveSoon).on('move', saveSoon).on('maximize', saveSoon).on('unmaximize', saveSoon)
  window.on('close', save)
}

/** The menu of the right mouse button, which Electron leaves to the app. */
function offerEditing(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    if (!isEditable && selectionText === '') return
    Menu.buildFromTemplate([
      { role: 'cut', visible: isEditable, enabled: editFlags.canCut },
      { role: 'copy', enabled: editFlags.canCopy },
      { role: 'paste', visible: isEditable, enabled: editFlags.canPaste },
      { role: 'selectAll', visible: isEditable, enabled: editFlags.canSelectAll },
    ]).popup({ window })
  })
}
