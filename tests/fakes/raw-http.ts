import { connect } from 'node:net'

export interface RawResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Sends bytes as they are, as no HTTP client would, and reads one answer; a WebSocket's stream ends with its head. */
export function rawHttp(port: number, request: string): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.startsWith('HTTP/1.1 101')) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s)
      const [statusLine = '', ...lines] = head.split('\r\n')
      const headers = new Map(
        lines.map((line) => {
          const [name = '', value = ''] = line.split(/:\s*(.*)/)
          return [name.toLowerCase(), value] as const
        }),
      )
      resolve({ status: Number(statusLine.split(' ')[1] ?? 0), headers, body })
    })
  })
}

/** A request without a header of its own: what is undefined is left out, a list stands there several times. */
export function rawRequest(
  method: string,
  target: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return []
    return (typeof value === 'string' ? [value] : value).map((each) => `${name}: ${each}`)
  })
  return [`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n')
}
