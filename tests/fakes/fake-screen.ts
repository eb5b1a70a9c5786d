import type { ConsoleFrame, ConsoleHandle } from '#contract/console'

const WIDTH = 640
const HEIGHT = 400
/** What follows the name of a client message: how long the whole message is. */
const SET_ENCODINGS = 2
const UPDATE_REQUEST = 3
const CUT_TEXT = 6
const fixedBytes: Readonly<Record<number, number>> = { 0: 20, 3: 10, 4: 8, 5: 6 }

/**
 * A machine's screen: an RFB 3.8 server with a picture of lines like a text console. `flood`: it has a name of 1 MiB with
 * characters that change direction, and answers each request with thousands of names and clipboards.
 */
export function openFakeScreen(flood: boolean, listener: (frame: ConsoleFrame) => void): ConsoleHandle {
  let open = true
  let input = new Uint8Array()
  let greeting = 0
  const name = flood ? `\u202e${'gnp.exe '.repeat(128 * 1024)}` : 'QEMU (web)'
  const send = (...parts: readonly Uint8Array[]): void => {
    for (const bytes of parts) if (open) listener({ kind: 'data', bytes, replay: false })
  }

  const take = (length: number): Uint8Array | undefined => {
    if (input.length < length) return undefined
    const taken = input.slice(0, length)
    input = input.slice(length)
    return taken
  }

  /** The three messages before the first picture: version, security type, and whether others may look, too. */
  const greet = (): boolean => {
    if (take(greeting === 0 ? 12 : 1) === undefined) return false
    greeting += 1
    if (greeting === 1) send(Uint8Array.of(1, 1))
    if (greeting === 2) send(Uint8Array.of(0, 0, 0, 0))
    if (greeting === 3) send(serverInit(name))
    return true
  }

  const message = (): boolean => {
    const [kind] = input
    if (kind === undefined) return false
    const taken = take(messageBytes(kind, input))
    if (taken === undefined) return false
    if (kind !== UPDATE_REQUEST) return true
    if (flood) setTimeout(() => send(...hostileTexts()))
    // Everything is drawn once; later requests for what has changed stay open, as with a still picture.
    if (taken[1] === 0) send(picture())
    return true
  }

  queueMicrotask(() => {
    if (!open) return
    listener({ kind: 'attached', live: true, historyBytes: 0 })
    send(new TextEncoder().encode('RFB 003.008\n'))
  })
  return {
    send(frame) {
      if (frame.kind !== 'write') return
      const joined = new Uint8Array(input.length + frame.bytes.length)
      joined.set(input)
      joined.set(frame.bytes, input.length)
      input = joined
      while (greeting < 3 ? greet() : message());
    },
    close() {
      open = false
    },
  }
}

function messageBytes(kind: number, input: Uint8Array): number {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (kind === SET_ENCODINGS) return input.length < 4 ? 4 : 4 + 4 * view.getUint16(2)
  if (kind === CUT_TEXT) return input.length < 8 ? 8 : 8 + Math.abs(view.getInt32(4))
  return fixedBytes[kind] ?? 1
}

function serverInit(name: string): Uint8Array {
  const text = new TextEncoder().encode(name)
  const bytes = new Uint8Array(24 + text.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, WIDTH)
  view.setUint16(2, HEIGHT)
  bytes.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4)
  view.setUint32(20, text.length)
  bytes.set(text, 24)
  return bytes
}

/** One rectangle, raw: light words on black, line under line. */
function picture(): Uint8Array {
  const bytes = new Uint8Array(16 + WIDTH * HEIGHT * 4)
  const view = new DataView(bytes.buffer)
  view.setUint16(2, 1)
  view.setUint16(8, WIDTH)
  view.setUint16(10, HEIGHT)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const line = Math.floor(y / 16)
      const inked = line < 12 && y % 16 < 11 && x < 60 + ((line * 97) % 400) && (x * 7 + y * 13 + line) % 5 < 2
      const shade = inked ? 200 : 8
      bytes.set([shade, shade, shade, 0], 16 + (y * WIDTH + x) * 4)
    }
  }
  return bytes
}

function hostileTexts(): readonly Uint8Array[] {
  return Array.from({ length: 4_000 }, (_, index) => {
    const text = new TextEncoder().encode(`rm -rf ~ # ${index}\u001b`)
    const bytes = new Uint8Array(8 + text.length)
    bytes[0] = 3
    new DataView(bytes.buffer).setUint32(4, text.length)
    bytes.set(text, 8)
    return bytes
  })
}
