import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'

import type { Certificate } from './test-authority.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface TestServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string
  /** Every request so far: method, path, range. */
  readonly asked: readonly { readonly path: string; readonly range: string | undefined }[]
}

/** An https server on a free port of 127.0.0.1; `answer` gets every request. Ending it cuts what is under way. */
export async function httpsServer(certificate: Certificate, answer: Answer): Promise<TestServer> {
  const asked: { path: string; range: string | undefined }[] = []
  const server = createServer({ ...certificate }, (request, response) => {
    asked.push({ path: request.url ?? '', range: request.headers.range })
    answer(request, response)
  })
  // Clients that do not believe the certificate hang up.
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `https://127.0.0.1:${address.port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Sends a file as a well-behaved server does: with its size, an ETag, and the part that is asked for. */
export function sendFile(request: IncomingMessage, response: ServerResponse, bytes: Buffer, etag = '"one"'): void {
  const from = rangeStart(request, etag)
  const headers = { 'accept-ranges': 'bytes', etag, 'content-length': bytes.length - from }
  if (from === 0) response.writeHead(200, headers)
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` })
  response.end(bytes.subarray(from))
}

/** Where the client wants to go on; 0 when it has another version of the file. */
export function rangeStart({ headers }: IncomingMessage, etag: string): number {
  if (headers['if-range'] !== etag) return 0
  return Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
}
