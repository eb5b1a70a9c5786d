import { consoleMarkerSchema, type ConsoleMarker } from '#contract/console'

import type { ConsoleEntry } from './console-history.ts'

/**
 * How a console's log looks on disk: the guest's bytes as they came, and between them markers of Petri's own, each an
 * APC string (`ESC _ ... ESC \`), which terminals do not show. A marker holds the log's token, which no guest knows,
 * so a guest cannot forge one.
 */
export interface ConsoleLogFormat {
  readonly token: string
  /** First bytes of each file; the token is found again by them. */
  readonly header: Uint8Array
  /** One marker as stored. */
  encode(marker: ConsoleMarker): Uint8Array
  /** What was stored, in order. Text of markers that were cut is dropped. */
  decode(bytes: Uint8Array): ConsoleEntry[]
  /** For people and other programs: the guest's bytes, and each marker as a line of its own. */
  readable(bytes: Uint8Array): Uint8Array
  /** Bytes that close a marker which a crash left open at the end of `bytes`; empty when there is none. */
  repair(bytes: Uint8Array): Uint8Array
}

const APC_END = Buffer.from('\x1b\\')
const HEADER = /^\x1b_petri-console 1 ([0-9a-f]{32})\x1b\\/ // oxlint-disable-line no-control-regex -- it begins with ESC

/** The token in a log's first bytes, or undefined when they are not a log's. */
export function logToken(firstBytes: Uint8Array): string | undefined {
  return HEADER.exec(Buffer.from(firstBytes.subarray(0, 128)).toString('latin1'))?.[1]
}

/** @param token 32 hexadecimal digits, chosen at random when the log is made */
export function consoleLogFormat(token: string): ConsoleLogFormat {
  const header = Buffer.from(`\x1b_petri-console 1 ${token}\x1b\\`)
  const prefix = Buffer.from(`\x1b_petri-mark ${token} `)

  function decode(input: Uint8Array): ConsoleEntry[] {
    const bytes = withoutHeaders(input, header)
    const entries: ConsoleEntry[] = []
    let at = 0
    for (;;) {
      const begin = bytes.indexOf(prefix, at)
      const end = begin < 0 ? -1 : bytes.indexOf(APC_END, begin + prefix.length)
      if (end < 0) {
        const rest = bytes.subarray(at, begin < 0 ? undefined : begin)
        return rest.length > 0 ? [...entries, { kind: 'bytes', bytes: rest }] : entries
      }
      if (begin > at) entries.push({ kind: 'bytes', bytes: bytes.subarray(at, begin) })
      const marker = parsedMarker(bytes.subarray(begin + prefix.length, end).toString('utf8'))
      if (marker !== undefined) entries.push({ kind: 'marker', marker })
      at = end + APC_END.length
    }
  }

  return {
    token,
    header,
    encode: (marker) => Buffer.concat([prefix, Buffer.from(JSON.stringify(marker)), APC_END]),
    decode,
    readable: (bytes) =>
      Buffer.concat(
        decode(bytes).map((entry) =>
          entry.kind === 'bytes'
            ? entry.bytes
            : Buffer.from(`\r\n--- ${entry.marker.at} ${entry.marker.kind}: ${entry.marker.text} ---\r\n`),
        ),
      ),
    repair(bytes) {
      const buffer = Buffer.from(bytes)
      const begin = buffer.lastIndexOf(prefix)
      return begin >= 0 && buffer.indexOf(APC_END, begin) < 0 ? APC_END : new Uint8Array(0)
    },
  }
}

function withoutHeaders(input: Uint8Array, header: Buffer): Buffer {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  const parts: Buffer[] = []
  let at = 0
  for (let found = bytes.indexOf(header); found >= 0; found = bytes.indexOf(header, at)) {
    parts.push(bytes.subarray(at, found))
    at = found + header.length
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(at)])
}

function parsedMarker(json: string): ConsoleMarker | undefined {
  try {
    return consoleMarkerSchema.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}
