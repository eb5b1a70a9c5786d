import { z } from 'zod'

import { apiEventSchema } from './api.ts'
import { consoleMarkerSchema, consoleTargetSchema } from './console.ts'
import { failureSchema } from './failure.ts'

/**
 * The protocol between an owner and a client that is not in its process: the local socket and web mode.
 * One WebSocket; JSON in text messages, console bytes in binary ones. See docs/security.md for who may connect.
 */
export const WIRE_PROTOCOL = 1

/** Calls that one connection may have under way. */
export const WIRE_MAX_CALLS = 256
/** Consoles that one connection may have open. */
export const WIRE_MAX_CONSOLES = 64
/** Largest message an owner accepts, in bytes. */
export const WIRE_MAX_REQUEST_BYTES = 2 * 1024 * 1024
/** Largest message a client accepts, in bytes: a whole console log, or a library of many thousands. */
export const WIRE_MAX_REPLY_BYTES = 64 * 1024 * 1024

const callId = z.string().min(1).max(64)
/** Chosen by the client, unique per connection while open. */
const channel = z.int().min(0).max(0xffff_ffff)
const size = z.int().min(1).max(1000)

export const wireRequestSchema = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('call'), id: callId, name: z.string().max(64), params: z.unknown().optional() }),
  z.strictObject({ t: z.literal('cancel'), id: callId }),
  z.strictObject({ t: z.literal('open'), channel, target: consoleTargetSchema }),
  z.strictObject({ t: z.literal('resize'), channel, cols: size, rows: size }),
  z.strictObject({ t: z.literal('close'), channel }),
])
export type WireRequest = z.output<typeof wireRequestSchema>

/** Console frames without bytes; `data` travels in a binary message. */
const wireConsoleFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('attached'), live: z.boolean(), historyBytes: z.number() }),
  z.strictObject({ kind: z.literal('skipped'), bytes: z.number() }),
  z.strictObject({ kind: z.literal('input-dropped'), bytes: z.number() }),
  z.strictObject({ kind: z.literal('marker'), marker: consoleMarkerSchema, replay: z.boolean() }),
  z.strictObject({ kind: z.literal('idle'), reason: z.string() }),
  z.strictObject({ kind: z.literal('closed'), reason: z.string() }),
])

/** `value` is missing when the call's result was undefined: JSON has no word for it. */
const wireOutcomeSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown().optional() }),
  z.strictObject({ ok: z.literal(false), failure: failureSchema }),
])

export const wireReplySchema = z.discriminatedUnion('t', [
  /** Always the first message. */
  z.object({ t: z.literal('hello'), protocol: z.int() }),
  z.strictObject({ t: z.literal('outcome'), id: callId, outcome: wireOutcomeSchema }),
  z.strictObject({ t: z.literal('event'), event: apiEventSchema }),
  z.strictObject({ t: z.literal('console'), channel, frame: wireConsoleFrameSchema }),
])
export type WireReply = z.output<typeof wireReplySchema>

/** What a binary message holds: `[u32 channel, big-endian][u8 kind][payload]`. */
export type WireBytes =
  | { readonly kind: 'data'; readonly channel: number; readonly replay: boolean; readonly bytes: Uint8Array }
  | { readonly kind: 'write' | 'reply'; readonly channel: number; readonly bytes: Uint8Array }
  /** The payload is the number of drawn bytes as u32. */
  | { readonly kind: 'ack'; readonly channel: number; readonly bytes: number }

const HEADER_BYTES = 5
const kinds = { live: 1, replay: 2, write: 3, reply: 4, ack: 5 } as const

/** Writes one binary message; the payload is copied. */
export function encodeWireBytes(message: WireBytes): Uint8Array<ArrayBuffer> {
  const payloadBytes = message.kind === 'ack' ? 4 : message.bytes.byteLength
  const encoded = new Uint8Array(HEADER_BYTES + payloadBytes)
  const view = new DataView(encoded.buffer)
  view.setUint32(0, message.channel)
  switch (message.kind) {
    case 'data':
      view.setUint8(4, message.replay ? kinds.replay : kinds.live)
      encoded.set(message.bytes, HEADER_BYTES)
      break
    case 'write':
    case 'reply':
      view.setUint8(4, kinds[message.kind])
      encoded.set(message.bytes, HEADER_BYTES)
      break
    case 'ack':
      view.setUint8(4, kinds.ack)
      view.setUint32(HEADER_BYTES, message.bytes)
      break
  }
  return encoded
}

/** Reads one binary message without copying the payload; undefined when it is not one. */
export function decodeWireBytes(encoded: Uint8Array): WireBytes | undefined {
  if (encoded.byteLength < HEADER_BYTES) return undefined
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const channel = view.getUint32(0)
  const bytes = encoded.subarray(HEADER_BYTES)
  switch (view.getUint8(4)) {
    case kinds.live:
      return { kind: 'data', channel, replay: false, bytes }
    case kinds.replay:
      return { kind: 'data', channel, replay: true, bytes }
    case kinds.write:
      return { kind: 'write', channel, bytes }
    case kinds.reply:
      return { kind: 'reply', channel, bytes }
    case kinds.ack:
      return bytes.byteLength === 4 ? { kind: 'ack', channel, bytes: view.getUint32(HEADER_BYTES) } : undefined
    default:
      return undefined
  }
}
