import type { ByteChannel } from '../../main/system/byte-channel.ts'

/** A channel whose other side is the test: `receive` gives bytes to its owner, `written` is what the owner wrote. */
export interface FakeChannel extends ByteChannel {
  readonly written: string[]
  readonly isClosed: boolean
  receive(text: string): void
  end(reason: string): void
}

export function fakeChannel(onWrite: (text: string, channel: FakeChannel) => void = () => {}): FakeChannel {
  let dataListener: (bytes: Uint8Array) => void = () => {}
  let closeListener: (reason: string) => void = () => {}
  let closed = false
  const written: string[] = []
  const end = (reason: string) => {
    if (closed) return
    closed = true
    closeListener(reason)
  }
  const channel: FakeChannel = {
    written,
    get isClosed() {
      return closed
    },
    receive: (text) => dataListener(new TextEncoder().encode(text)),
    end,
    onData: (listener) => void (dataListener = listener),
    onClose: (listener) => void (closeListener = listener),
    write(bytes) {
      const text = new TextDecoder().decode(bytes)
      written.push(text)
      onWrite(text, channel)
      return true
    },
    onDrain: () => {},
    pause: () => {},
    resume: () => {},
    resize: () => {},
    close: () => end('closed'),
  }
  return channel
}
