import { z } from 'zod'

import type { ByteChannel } from '../../system/byte-channel.ts'

/** How long QEMU may take to greet and to answer one command, in ms. */
const ANSWER_TIMEOUT_MS = 10_000
/** Longest line read; a real QEMU stays far below (query-qmp-schema is the largest, about 300 kB). */
const LINE_LIMIT = 8 * 1024 * 1024

const greetingSchema = z.object({
  QMP: z.object({ version: z.object({ qemu: z.object({ major: z.number(), minor: z.number(), micro: z.number() }) }) }),
})
const messageSchema = z.union([
  z.object({ return: z.unknown(), id: z.number() }),
  z.object({ error: z.object({ class: z.string(), desc: z.string() }), id: z.number().optional() }),
  z.object({
    event: z.string(),
    data: z.record(z.string(), z.unknown()).default({}),
    timestamp: z.object({ seconds: z.number(), microseconds: z.number() }),
  }),
])

/** QEMU refused a command. `class` is QMP's error class, the message is QEMU's own. */
export class QmpError extends Error {
  override readonly name = 'QmpError'
  readonly command: string
  readonly errorClass: string
  constructor(command: string, errorClass: string, description: string) {
    super(description)
    this.command = command
    this.errorClass = errorClass
  }
}

/** The monitor is closed, silent or speaks something else. `silent` is not the same as gone. */
export class QmpConnectionError extends Error {
  override readonly name = 'QmpConnectionError'
  readonly kind: 'closed' | 'silent' | 'babble'
  constructor(kind: QmpConnectionError['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

export interface QmpEvent {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

/** One open monitor. Closing it does not touch the machine. */
export interface QmpClient {
  /** Runs a command and returns its `return` value; `timeoutMs` may be infinite. Throws QmpError, QmpConnectionError. */
  execute(command: string, args?: Readonly<Record<string, unknown>>, timeoutMs?: number): Promise<unknown>
  /** Called for each event from now on; one listener. */
  onEvent(listener: (event: QmpEvent) => void): void
  /** Called once when the connection is over, whoever ended it. */
  onClose(listener: (reason: string) => void): void
  close(): void
}

interface Pending {
  readonly command: string
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout | undefined
}

/**
 * Greets QEMU's monitor and leaves capabilities negotiation. Takes over the channel and closes it on failure.
 * The protocol: one JSON object a line (docs/interop/qmp-spec in QEMU's sources).
 */
export async function openQmp(channel: ByteChannel, timeoutMs = ANSWER_TIMEOUT_MS): Promise<QmpClient> {
  const monitor = new Monitor(channel)
  try {
    await monitor.greeting(timeoutMs)
    await monitor.execute('qmp_capabilities', {}, timeoutMs)
  } catch (error) {
    monitor.close()
    throw error
  }
  return monitor
}

class Monitor implements QmpClient {
  readonly #channel: ByteChannel
  readonly #pending = new Map<number, Pending>()
  readonly #decoder = new TextDecoder()
  #buffered = ''
  #nextId = 1
  #closed: string | undefined
  #greeted: Pending | undefined
  #eventListener: (event: QmpEvent) => void = () => {}
  #closeListener: (reason: string) => void = () => {}

  constructor(channel: ByteChannel) {
    this.#channel = channel
    channel.onClose((reason) => this.#end(new QmpConnectionError('closed', reason)))
    channel.onData((bytes) => this.#read(bytes))
  }

  greeting(timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#greeted = this.#wait('greeting', timeoutMs, resolve, reject)
    })
  }

  execute(
    command: string,
    args: Readonly<Record<string, unknown>> = {},
    timeoutMs = ANSWER_TIMEOUT_MS,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(new QmpConnectionError('closed', this.#closed))
      const id = this.#nextId++
      this.#pending.set(
        id,
        this.#wait(command, timeoutMs, resolve, (error) => {
          this.#pending.delete(id)
          reject(error)
        }),
      )
      this.#channel.write(new TextEncoder().encode(`${JSON.stringify({ execute: command, arguments: args, id })}\r\n`))
    })
  }

  onEvent(listener: (event: QmpEvent) => void): void {
    this.#eventListener = listener
  }

  onClose(listener: (reason: string) => void): void {
    if (this.#closed !== undefined) listener(this.#closed)
    else this.#closeListener = listener
  }

  close(): void {
    this.#end(new QmpConnectionError('closed', 'closed by Petri'))
  }

  #wait(
    command: string,
    timeoutMs: number,
    resolve: (value: unknown) => void,
    reject: (error: Error) => void,
  ): Pending {
    // An infinite wait ends with the connection; setTimeout itself would take Infinity for 1 ms.
    const timer = Number.isFinite(timeoutMs)
      ? setTimeout(
          () => reject(new QmpConnectionError('silent', `QEMU did not answer ${command} within ${timeoutMs / 1000} s`)),
          timeoutMs,
        )
      : undefined
    return { command, resolve, reject, timer }
  }

  #read(bytes: Uint8Array): void {
    this.#buffered += this.#decoder.decode(bytes, { stream: true })
    for (let end = this.#buffered.indexOf('\n'); end >= 0; end = this.#buffered.indexOf('\n')) {
      const line = this.#buffered.slice(0, end).trim()
      this.#buffered = this.#buffered.slice(end + 1)
      if (line !== '' && this.#closed === undefined) this.#line(line)
    }
    if (this.#buffered.length > LINE_LIMIT) this.#babble(this.#buffered)
  }

  #line(line: string): void {
    const json = parseJson(line)
    if (this.#greeted) {
      const waiting = this.#greeted
      if (!greetingSchema.safeParse(json).success) return this.#babble(line)
      this.#greeted = undefined
      clearTimeout(waiting.timer)
      return waiting.resolve(json)
    }
    const message = messageSchema.safeParse(json)
    if (!message.success) return this.#babble(line)
    if ('event' in message.data) return this.#eventListener({ name: message.data.event, data: message.data.data })
    const pending = message.data.id === undefined ? undefined : this.#pending.get(message.data.id)
    if (!pending) return // an answer that came after its time-out
    clearTimeout(pending.timer)
    this.#pending.delete(message.data.id ?? 0)
    if ('error' in message.data)
      pending.reject(new QmpError(pending.command, message.data.error.class, message.data.error.desc))
    else pending.resolve(message.data.return)
  }

  #babble(line: string): void {
    this.#end(new QmpConnectionError('babble', `the monitor does not speak QMP: ${line.slice(0, 80)}`))
  }

  #end(error: QmpConnectionError): void {
    if (this.#closed !== undefined) return
    this.#closed = error.message
    for (const pending of [...this.#pending.values(), ...(this.#greeted ? [this.#greeted] : [])]) {
      clearTimeout(pending.timer)
      pending.reject(error)
    }
    this.#pending.clear()
    this.#channel.close()
    this.#closeListener(error.message)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
