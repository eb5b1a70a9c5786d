import type { ByteChannel } from '../../system/byte-channel.ts'
import type { ConsoleMarker } from '#contract/console'

/** What a machine needs of its consoles; the console hub is one. */
export interface SerialConsole {
  attach(channel: ByteChannel, marker: ConsoleMarker): void
  detach(marker: ConsoleMarker, reason: string): void
}

/** The console of one serial port; its log is opened on the first call, later calls give the same one. */
export type SerialConsoles = (vmId: string, port: number) => Promise<SerialConsole>
