import { readFileSync } from 'node:fs'

import { protocol, type ProtocolRequest, type ProtocolResponse } from 'electron'

import { openStaticFiles, type StaticFiles } from '../local/static-files.ts'
import { windowHeaders } from '../local/window-headers.ts'
import { PAGE_HOST, PAGE_SCHEME } from './our-page.ts'

/** Chromium's net::ERR_FAILED. */
const NET_FAILED = -2

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
  // `protocol.handle` loads the whole of Node's fetch and moves each byte through web streams, in the process that the
  // page waits for: 55 of 950 ms from the start to the library.
  // oxlint-disable-next-line typescript/no-deprecated
  protocol.registerBufferProtocol(PAGE_SCHEME, (request, answer) => {
    void files
      .then((found) => respond(found, request))
      .catch(() => ({ error: NET_FAILED }))
      .then(answer)
  })
}

async function respond(files: StaticFiles, { url, method }: ProtocolRequest): Promise<ProtocolResponse> {
  const { host, pathname } = new URL(url)
  const file = host === PAGE_HOST && method === 'GET' ? await files.find(pathname) : undefined
  if (!file) {
    const data = Buffer.from('There is nothing at this address.')
    return { statusCode: 404, mimeType: 'text/plain', headers: windowHeaders(), data }
  }
  // Read at once: through the thread pool each of the page's twenty small files would wait behind the library.
  return { headers: { ...windowHeaders(), 'Content-Type': file.contentType }, data: readFileSync(file.path) }
}
