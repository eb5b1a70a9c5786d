import { app, type Session, type WebContents } from 'electron'

import { isPageUrl } from './our-page.ts'

/**
 * Takes from every page what ours does not need, whatever made the page: devices, permissions, navigation, new windows,
 * webviews. The two permissions are to put text on the clipboard and to fill the screen with a machine's picture, both of
 * which Chromium ties to a gesture of the user.
 */
export function lockDown(): void {
  app.on('session-created', lockSession)
  app.on('web-contents-created', (_event, contents) => lockContents(contents))
}

export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl, isMainFrame }) => {
    answer(isMainFrame && isAllowed(permission, requestingUrl))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, { isMainFrame }) => {
    return isMainFrame && isAllowed(permission, origin)
  })
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event, item) => {
    // A console saved to a file is made by the page itself; everything else would come from outside.
    if (!item.getURL().startsWith('blob:petri://app/')) event.preventDefault()
  })
}

function isAllowed(permission: string, url: string): boolean {
  return (permission === 'clipboard-sanitized-write' || permission === 'fullscreen') && isPageUrl(url)
}

function lockContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    // The page may load itself again, and go nowhere else.
    if (!(event.isMainFrame && isPageUrl(event.url))) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!(event.isMainFrame && isPageUrl(event.url))) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
