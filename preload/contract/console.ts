import { z } from 'zod'

import { idSchema } from './vm-spec.ts'

/** Newest output kept in memory per console and replayed to a new viewer, in bytes. */
export const CONSOLE_HISTORY_BYTES = 1024 * 1024
/** Size at which a console's log gives up its older half, in bytes. */
export const CONSOLE_LOG_MAX_BYTES = 16 * 1024 * 1024
/** Output a viewer may have received and not yet acknowledged before the hub stops sending, in bytes. */
export const CONSOLE_VIEWER_WINDOW_BYTES = 1024 * 1024
/** Largest run of bytes in one frame. */
export const CONSOLE_FRAME_BYTES = 64 * 1024
/** A console without a byte for this long since power-on gets the explanation of silent consoles. */
export const CONSOLE_SILENT_AFTER_MS = 8_000

/**
 * What a viewer looks at: a machine's serial port, a throwaway run's terminal, or its graphical screen. A screen's
 * bytes are RFB, the protocol of VNC, in both directions: a connection of its own for each viewer, without a history.
 */
export const consoleTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('serial'), vmId: idSchema, port: z.int().min(0).max(3) }),
  z.strictObject({ kind: z.literal('throwaway'), runId: idSchema }),
  z.strictObject({ kind: z.literal('screen'), vmId: idSchema }),
  /** A shell or a command in a container, or a program of another architecture. */
  z.strictObject({ kind: z.literal('container'), runId: idSchema }),
])
export type ConsoleTarget = z.infer<typeof consoleTargetSchema>

/**
 * From the hub to a viewer, in order. Bytes are undecoded.
 * The first frame is `attached`; then the history as `data` with `replay: true`, then live output.
 */
export type ConsoleFrame =
  | { readonly kind: 'attached'; readonly live: boolean; readonly historyBytes: number }
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly replay: boolean }
  /** The viewer could not keep up; this many bytes are not shown (they are in the log). */
  | { readonly kind: 'skipped'; readonly bytes: number }
  | { readonly kind: 'marker'; readonly marker: ConsoleMarker; readonly replay: boolean }
  /** The guest does not read its input: this many bytes that the viewer typed or pasted were thrown away. */
  | { readonly kind: 'input-dropped'; readonly bytes: number }
  /** No more bytes will come until the next `marker` of kind `power-on`; the viewer stays attached. */
  | { readonly kind: 'idle'; readonly reason: string }
  /** The channel is over (throwaway run ended, machine deleted, connection lost). */
  | { readonly kind: 'closed'; readonly reason: string }

export const consoleMarkerSchema = z.strictObject({
  kind: z.enum(['power-on', 'power-off', 'adopted', 'gap']),
  at: z.iso.datetime(),
  text: z.string(),
})
export type ConsoleMarker = z.infer<typeof consoleMarkerSchema>

/** From a viewer to the hub. */
export type ViewerFrame =
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  /**
   * What the viewer's terminal answers to a query of the guest (cursor position, device attributes). Kept apart from
   * typed input: only one viewer's answers reach the guest, at a bounded rate.
   */
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  /** This many bytes of `data` frames have been drawn (or dropped) by the viewer. */
  | { readonly kind: 'ack'; readonly bytes: number }
  | { readonly kind: 'resize'; readonly cols: number; readonly rows: number }

/** A viewer's end of an open console. `close` is idempotent. */
export interface ConsoleHandle {
  send(frame: ViewerFrame): void
  close(): void
}
