import type { ApiEvent, CallOutcome } from '#contract/api'
import { type ConsoleFrame, type ConsoleHandle, consoleTargetSchema, type ViewerFrame } from '#contract/console'
import { WIRE_MAX_CALLS, WIRE_MAX_CONSOLES, WIRE_MAX_REQUEST_BYTES } from '#contract/wire'
import { z } from 'zod'

import type { LastingApp } from './lasting-app.ts'

/** What a window is to the server: a name that no other window has, and what can be told to it. */
export interface WindowEnd {
  readonly id: number
  event(event: ApiEvent): void
  connection(connected: boolean): void
  /** The bytes of a frame have memory of their own. */
  frame(channel: number, frame: ConsoleFrame): void
}

const channelSchema = z.int().min(0).max(0xffff_ffff)
const bytesSchema = z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= WIRE_MAX_REQUEST_BYTES)
const sizeSchema = z.int().min(1).max(1000)
const viewerFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['write', 'reply']), bytes: bytesSchema }),
  z.strictObject({ kind: z.literal('ack'), bytes: z.int().min(0).max(0xffff_ffff) }),
  z.strictObject({ kind: z.literal('resize'), cols: sizeSchema, rows: sizeSchema }),
])
const callSchema = z.tuple([z.string().max(64), z.unknown(), z.string().min(1).max(64)])

const badRequest: CallOutcome = {
  ok: false,
  failure: { code: 'bad-request', title: 'The window asked for something that cannot be' },
}

/**
 * Carries the app to windows of this process. Every argument is checked here, for a window may have been taken over;
 * who may send at all is decided at the door.
 */
export class IpcServer {
  readonly #app: LastingApp
  readonly #calls = new Map<string, AbortController>()
  readonly #consoles = new Map<string, ConsoleHandle>()

  constructor(app: LastingApp) {
    this.#app = app
  }

  /** Sends events to a window until the returned function is called. */
  attach(end: WindowEnd): () => void {
    const unsubscribe = this.#app.subscribe((event) => end.event(event))
    const endConnection = this.#app.onConnection((connected) => end.connection(connected))
    return () => {
      unsubscribe()
      endConnection()
      this.closeConsoles(end)
    }
  }

  async call(end: WindowEnd, args: readonly unknown[]): Promise<CallOutcome> {
    const parsed = callSchema.safeParse(args)
    if (!parsed.success) return badRequest
    const [name, params, callId] = parsed.data
    const key = `${end.id}/${callId}`
    if (this.#calls.has(key) || this.#calls.size >= WIRE_MAX_CALLS) return badRequest
    const controller = new AbortController()
    this.#calls.set(key, controller)
    const outcome = await this.#app.dispatch(name, params, { signal: controller.signal })
    this.#calls.delete(key)
    return outcome
  }

  cancel(end: WindowEnd, [callId]: readonly unknown[]): void {
    if (typeof callId === 'string') this.#calls.get(`${end.id}/${callId}`)?.abort()
  }

  openConsole(end: WindowEnd, [channelArg, targetArg]: readonly unknown[]): void {
    const channel = channelSchema.safeParse(channelArg)
    const target = consoleTargetSchema.safeParse(targetArg)
    if (!channel.success || !target.success) return
    const key = `${end.id}/${channel.data}`
    const reply = (frame: ConsoleFrame) => end.frame(channel.data, withOwnMemory(frame))
    if (this.#consoles.has(key) || this.#consoles.size >= WIRE_MAX_CONSOLES) {
      reply({ kind: 'closed', reason: `No more than ${WIRE_MAX_CONSOLES} consoles can be open in one window.` })
      return
    }
    let closed = false
    const handle = this.#app.openConsole(target.data, (frame) => {
      if (frame.kind === 'closed') {
        closed = true
        this.#consoles.delete(key)
      }
      reply(frame)
    })
    if (!closed) this.#consoles.set(key, handle)
  }

  sendConsole(end: WindowEnd, [channel, frame]: readonly unknown[]): void {
    const parsed = viewerFrameSchema.safeParse(frame)
    if (parsed.success) this.#consoles.get(`${end.id}/${String(channel)}`)?.send(viewerFrame(parsed.data))
  }

  closeConsole(end: WindowEnd, [channel]: readonly unknown[]): void {
    const key = `${end.id}/${String(channel)}`
    this.#consoles.get(key)?.close()
    this.#consoles.delete(key)
  }

  /** Ends the consoles of a window that has gone or loads its page anew. Its calls run on. */
  closeConsoles(end: WindowEnd): void {
    for (const [key, handle] of this.#consoles) {
      if (!key.startsWith(`${end.id}/`)) continue
      handle.close()
      this.#consoles.delete(key)
    }
  }
}

function viewerFrame(frame: z.output<typeof viewerFrameSchema>): ViewerFrame {
  return frame
}

/** Structured cloning copies the whole memory behind a view, which for a slice of the history would be all of it. */
function withOwnMemory(frame: ConsoleFrame): ConsoleFrame {
  if (frame.kind !== 'data' || frame.bytes.byteLength === frame.bytes.buffer.byteLength) return frame
  return { ...frame, bytes: new Uint8Array(frame.bytes) }
}
