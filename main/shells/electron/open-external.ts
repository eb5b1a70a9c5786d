import { type BrowserWindow, dialog, shell } from 'electron'

import { externalUrl } from './external-url.ts'

/** Opens an address in the user's browser, after showing it in full and asking. Only one question stands at a time. */
export function createExternalOpener(): (window: BrowserWindow, text: unknown) => Promise<void> {
  let asking = false
  return async (window, text) => {
    const url = externalUrl(text)
    if (url === undefined || asking) return
    asking = true
    try {
      const { response } = await dialog.showMessageBox(window, {
        type: 'question',
        message: 'Open this address in your browser?',
        detail: url,
        buttons: ['Open', 'Cancel'],
        defaultId: 1,
        cancelId: 1,
        noLink: true,
      })
      if (response === 0) await shell.openExternal(url)
    } finally {
      asking = false
    }
  }
}
