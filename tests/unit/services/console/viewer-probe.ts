import type { ConsoleFrame, ConsoleHandle } from '../../../../preload/contract/console.ts'
import type { ConsoleHub } from '../../../../main/services/console/console-hub.ts'

/** A viewer that writes down what it gets. */
export interface ViewerProbe {
  readonly frames: readonly ConsoleFrame[]
  readonly handle: ConsoleHandle
  /** The frames in short: text of joined data, and every other frame by kind. */
  readonly story: readonly string[]
  readonly receivedBytes: number
  readonly skippedBytes: number
  /** Acknowledges everything received and not acknowledged yet; returns how much that was. */
  acknowledge(): number
}

export function watchHub(hub: ConsoleHub): ViewerProbe {
  const frames: ConsoleFrame[] = []
  let acknowledged = 0
  const handle = hub.open((frame) => void frames.push(frame))
  const sum = (kind: 'data' | 'skipped') =>
    frames.reduce((total, frame) => {
      if (frame.kind !== kind) return total
      return total + (frame.kind === 'data' ? frame.bytes.length : frame.kind === 'skipped' ? frame.bytes : 0)
    }, 0)
  return {
    frames,
    handle,
    get story() {
      const story: string[] = []
      for (const frame of frames) {
        const last = story.at(-1)
        if (frame.kind !== 'data') {
          story.push(told(frame))
          continue
        }
        const head = frame.replay ? 'replay ' : 'data '
        const text = Buffer.from(frame.bytes).toString()
        if (last?.startsWith(head) === true) story[story.length - 1] = last + text
        else story.push(head + text)
      }
      return story
    },
    get receivedBytes() {
      return sum('data')
    },
    get skippedBytes() {
      return sum('skipped')
    },
    acknowledge() {
      const bytes = sum('data') - acknowledged
      acknowledged += bytes
      if (bytes > 0) handle.send({ kind: 'ack', bytes })
      return bytes
    },
  }
}

function told(frame: Exclude<ConsoleFrame, { kind: 'data' }>): string {
  switch (frame.kind) {
    case 'attached':
      return `attached ${frame.live ? 'live' : 'idle'} ${frame.historyBytes}`
    case 'marker':
      return `${frame.replay ? 'replay-' : ''}marker ${frame.marker.kind}`
    case 'skipped':
    case 'input-dropped':
      return `${frame.kind} ${frame.bytes}`
    case 'idle':
    case 'closed':
      return `${frame.kind} ${frame.reason}`
  }
}
