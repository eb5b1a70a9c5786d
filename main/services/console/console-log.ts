import { randomBytes } from 'node:crypto'

import { CONSOLE_HISTORY_BYTES, CONSOLE_LOG_MAX_BYTES, type ConsoleMarker } from '#contract/console'

import { openRotatingFile, type RotatingFile } from '../../system/files/rotating-file.ts'
import { readFirstBytes } from '../../system/files/read-first-bytes.ts'
import { createBatchBuffer } from './batch-buffer.ts'
import type { ConsoleEntry } from './console-history.ts'
import { consoleLogFormat, logToken, type ConsoleLogFormat } from './console-log-format.ts'

/** Time after which a byte is on its way to the file, in ms. What a SIGKILL of the owner can cost. */
const FLUSH_AFTER_MS = 200
/**
 * Output between two writes, in bytes: up to 10 MB/s are recorded. Of a guest that prints more than that, and of output
 * that waits for a slow disk, the newest is kept and the log says how much is left out. A flood must neither fill a disk's
 * queue nor cost the guest its speed.
 */
const BATCH_MAX_BYTES = 2 * 1024 * 1024
/** Longest marker looked for behind a crash. */
const MARKER_MAX_BYTES = 4096

/** A console's output on disk. Appending never waits and never fails: what could not be written is told in the log. */
export interface ConsoleLog {
  /** What an earlier owner recorded, newest history's worth. */
  readonly earlier: readonly ConsoleEntry[]
  append(bytes: Uint8Array): void
  mark(marker: ConsoleMarker): void
  /** The newest `maxBytes` in readable form (markers as lines), everything appended so far included. */
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
    return batchedLog(file, format, format.decode(bytes), now)
  } catch (error) {
    await file.close()
    throw error
  }
}

function batchedLog(
  file: RotatingFile,
  format: ConsoleLogFormat,
  earlier: readonly ConsoleEntry[],
  now: () => Date,
): ConsoleLog {
  const waiting = createBatchBuffer(BATCH_MAX_BYTES)
  let lostBytes = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let closed = false

  function take(bytes: Uint8Array): void {
    if (closed) return
    if (!waiting.append(bytes)) {
      lostBytes += waiting.drop()
      if (!waiting.append(bytes)) lostBytes += bytes.length
    }
    timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS)
  }

  /** One batch at a time; whatever arrives meanwhile is the next one. */
  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= writeBatches().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function writeBatches(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.take()
      const lost = lostBytes
      try {
        if (lost > 0) await file.append(format.encode(gap(lost)))
        await file.append(batch)
        lostBytes -= lost
      } catch {
        // A full or broken disk: the console goes on, and the next batch that can be written tells what is missing.
        lostBytes += batch.length
        return
      }
    }
  }

  const gap = (bytes: number): ConsoleMarker => ({
    kind: 'gap',
    at: now().toISOString(),
    text: `${bytes} bytes were not recorded: they came faster than they can be written, or the disk was full.`,
  })

  return {
    earlier,
    append: take,
    mark: (marker) => take(format.encode(marker)),
    async tail(maxBytes) {
      await flush()
      const { bytes, totalBytes } = await file.tail(maxBytes)
      return { bytes: format.readable(bytes), totalBytes }
    },
    async close() {
      if (closed) return
      closed = true
      await flush()
      await file.close()
    },
  }
}
