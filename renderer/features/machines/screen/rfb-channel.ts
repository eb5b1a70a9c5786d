import type { ConsoleFrame, ConsoleHandle } from '#contract/console'
import type { RfbChannel } from '@novnc/novnc'

/** How long bytes are worked through before the page gets its turn to draw and to listen, in ms. */
const TURN_MS = 8

/**
 * The bytes of a screen in the shape of a WebSocket, which is what noVNC speaks to. Bytes are handed over in turns and
 * acknowledged when noVNC is done with them, so a screen that floods holds back its own connection and not the page.
 * @param onBroken the other side does not speak RFB, or wants more memory than noVNC gives one message
 */
export function openRfbChannel(
  open: (listener: (frame: ConsoleFrame) => void) => ConsoleHandle,
  onBroken: (reason: string) => void,
): RfbChannel {
  const waiting: Uint8Array[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let state: RfbChannel['readyState'] = 'connecting'

  const finish = (reason: string): void => {
    if (state === 'closed') return
    state = 'closed'
    clearTimeout(timer)
    waiting.length = 0
    handle.close()
    channel.onclose?.({ code: 1000, reason })
  }

  const work = (): void => {
    timer = undefined
    const until = performance.now() + TURN_MS
    for (let bytes = waiting.shift(); bytes !== undefined && state === 'open'; bytes = waiting.shift()) {
      try {
        channel.onmessage?.({ data: bytes.slice().buffer })
      } catch (error) {
        onBroken(error instanceof Error ? error.message : String(error))
        return finish('The screen sent something that is not a picture.')
      }
      handle.send({ kind: 'ack', bytes: bytes.byteLength })
      if (performance.now() > until) break
    }
    if (waiting.length > 0 && state === 'open') timer ??= setTimeout(work)
  }

  const onFrame = (frame: ConsoleFrame): void => {
    switch (frame.kind) {
      case 'attached':
        if (state !== 'connecting') return
        state = 'open'
        return channel.onopen?.({})
      case 'data':
        waiting.push(frame.bytes)
        timer ??= setTimeout(work)
        return
      case 'idle':
      case 'closed':
        onBroken(frame.reason)
        return finish(frame.reason)
      case 'skipped':
      case 'marker':
      case 'input-dropped':
        return
    }
  }

  const channel: RfbChannel = {
    binaryType: 'arraybuffer',
    protocol: '',
    get readyState() {
      return state
    },
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    // noVNC writes into one buffer that it uses again.
    send: (bytes) => handle.send({ kind: 'write', bytes: bytes.slice() }),
    close: () => finish('Closed.'),
  }
  const handle = open(onFrame)
  return channel
}
