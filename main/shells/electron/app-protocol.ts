import { readFileSync } from 'node:fs'

import { protocol } from 'electron'

import { openStaticFiles } from '../local/static-files.ts'
import { windowHeaders } from '../local/window-headers.ts'
import { PAGE_HOST, PAGE_SCHEME } from './our-page.ts'

/** Makes `petri:` a scheme with an origin, like https. Must run before Electron is ready. */
export function registerAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Answers `petri://app/…` from the built window and nothing else. */
export function serveAppProtocol(rendererFolder: string): void {
  const files = openStaticFiles(rendererFolder)
  files.catch(() => undefined) // Told to whoever asks for the first file.
  protocol.handle(PAGE_SCHEME, async ({ url, method }) => {
    const { host, pathname } = new URL(url)
    const file = host === PAGE_HOST && method === 'GET' ? await (await files).find(pathname) : undefined
    if (!file) return new Response('There is nothing at this address.', { status: 404, headers: windowHeaders() })
    // Read at once: through the thread pool each of the page's twenty small files would wait behind the library.
    return new Response(readFileSync(file.path), {
      headers: { ...windowHeaders(), 'Content-Type': file.contentType },
    })
  })
}
