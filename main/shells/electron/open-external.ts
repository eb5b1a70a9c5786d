import { type BrowserWindow, dialog, shell } from 'electron'

const MAX_URL_LENGTH = 2048

/** The address when it may be offered for opening: https, without a name and password in front of the host. */
export function externalUrl(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > MAX_URL_LENGTH || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined
}

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
