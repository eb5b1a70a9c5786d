import type { ByteChannel } from '../../system/byte-channel.ts'
import type { ConsoleMarker } from '#contract/console'

/** What a machine needs of its consoles; the console hub is one. */
export interface SerialConsole {
  attach(channel: ByteChannel, marker: ConsoleMarker): void
  detach(marker: ConsoleMarker, reason: string): void
}

export type SerialConsoles = (vmId: string, port: number) => SerialConsole
