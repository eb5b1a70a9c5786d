import { randomBytes } from 'node:crypto'

import { CONSOLE_HISTORY_BYTES, CONSOLE_LOG_MAX_BYTES, type ConsoleMarker } from '#contract/console'

import { openRotatingFile, type RotatingFile } from '../../system/files/rotating-file.ts'
import { readFirstBytes } from '../../system/files/read-first-bytes.ts'
import { createConsoleHistory, type ConsoleHistory } from './console-history.ts'
import { consoleLogFormat, logToken, type ConsoleLogFormat } from './console-log-format.ts'

/**
 * Time after which a byte is on its way to the file, in ms, and between two writes: what a SIGKILL of the owner can cost.
 * A write takes what the history still holds, so 1 MiB at once and 5 MB/s in the long run are recorded whole. Of a guest that prints more
 * than that, and of output that waits for a slow disk, the newest is kept and the log says how much is left out. A flood
 * must neither fill a disk's queue nor cost the guest its speed.
 */
const WRITE_AFTER_MS = 200
/** Longest marker looked for behind a crash. */
const MARKER_MAX_BYTES = 4096

/**
 * A console's output on disk. It has a place in the history, as a viewer does, and holds no output of its own: adding
 * never waits and never fails, and what could not be written is told in the log.
 */
export interface ConsoleLog {
  /** Everything added; in the beginning what an earlier owner recorded, newest history's worth. */
  readonly history: ConsoleHistory
  append(bytes: Uint8Array): void
  mark(marker: ConsoleMarker): void
  /** The newest `maxBytes` in readable form (markers as lines), everything added so far included. */
  tail(maxBytes: number): Promise<{ readonly bytes: Uint8Array; readonly totalBytes: number }>
  /** Writes what waits and closes the file. */
  close(): Promise<void>
}

/** Opens or makes the log at `path` (and `path`.old, see `openRotatingFile`); at most CONSOLE_LOG_MAX_BYTES together. */
export async function openConsoleLog({
  path,
  now,
}: {
  readonly path: string
  readonly now: () => Date
}): Promise<ConsoleLog> {
  const known = logToken(await readFirstBytes(path, 128)) ?? logToken(await readFirstBytes(`${path}.old`, 128))
  const format = consoleLogFormat(known ?? randomBytes(16).toString('hex'))
  const file = await openRotatingFile(path, CONSOLE_LOG_MAX_BYTES, format.header)
  try {
    await file.append(format.repair((await file.tail(MARKER_MAX_BYTES)).bytes))
    const { bytes } = await file.tail(CONSOLE_HISTORY_BYTES)
    return followingLog(file, format, createConsoleHistory(format.decode(bytes)), now)
  } catch (error) {
    await file.close()
    throw error
  }
}

function followingLog(
  file: RotatingFile,
  format: ConsoleLogFormat,
  history: ConsoleHistory,
  now: () => Date,
): ConsoleLog {
  const { ring } = history
  /** The log's place: everything before it is in the file, or counted as lost. */
  let cursor = ring.end
  let sequence = history.nextSequence
  let lostBytes = 0
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let closed = false

  const isBehind = () => cursor < ring.end || sequence < history.nextSequence

  function writeSoon(): void {
    if (closed) return
    timer ??= setTimeout(() => {
      void write().then(() => {
        timer = undefined
        if (isBehind()) writeSoon()
      })
    }, WRITE_AFTER_MS)
  }

  /** Writes all that waits by the time the writes before are done. */
  function write(): Promise<void> {
    writing = writing.then(writeBatch)
    return writing
  }

  async function writeBatch(): Promise<void> {
    if (!isBehind()) return
    const lost = lostBytes + Math.max(0, ring.start - cursor)
    const { parts, bytes } = takeWaiting()
    try {
      await file.append(Buffer.concat(lost > 0 ? [format.encode(gap(lost)), ...parts] : parts))
      lostBytes = 0
    } catch {
      // A full or broken disk: the console goes on, and the next batch that can be written tells what is missing.
      lostBytes = lost + bytes
    }
  }

  /** What the history holds after the log's place, as stored; the place moves behind it. */
  function takeWaiting(): { readonly parts: Uint8Array[]; readonly bytes: number } {
    cursor = Math.max(cursor, ring.start)
    const from = cursor
    const parts: Uint8Array[] = []
    while (isBehind()) {
      const placed = history.markerFrom(sequence)
      const end = Math.max(cursor, placed?.offset ?? ring.end)
      if (end > cursor) parts.push(ring.read(cursor, end - cursor))
      cursor = end
      if (placed !== undefined) parts.push(format.encode(placed.marker))
      sequence = placed === undefined ? history.nextSequence : placed.sequence + 1
    }
    return { parts, bytes: cursor - from }
  }

  const gap = (bytes: number): ConsoleMarker => ({
    kind: 'gap',
    at: now().toISOString(),
    text: `${bytes} bytes were not recorded: they came faster than they can be written, or the disk was full.`,
  })

  return {
    history,
    append(bytes) {
      history.append(bytes)
      writeSoon()
    },
    mark(marker) {
      history.mark(marker)
      writeSoon()
    },
    async tail(maxBytes) {
      await write()
      const { bytes, totalBytes } = await file.tail(maxBytes)
      return { bytes: format.readable(bytes), totalBytes }
    },
    async close() {
      if (closed) return
      closed = true
      clearTimeout(timer)
      await write()
      await file.close()
    },
  }
}
