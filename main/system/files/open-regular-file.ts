import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

/** What stands under a name that is no file. */
export type OtherKind = 'folder' | 'fifo' | 'socket' | 'character device' | 'block device' | 'special file'

/**
 * Opens a file for reading, and nothing else: a FIFO would wait for a writer, a device could do anything. Returns the
 * kind when it is something else. The caller closes the handle. Throws the file system's error.
 */
export async function openRegularFile(path: string): Promise<FileHandle | OtherKind> {
  const before = await kindOf(path)
  if (before !== 'file') return before
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  // Between the look and the opening it may have been replaced.
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  return 'special file'
}

async function kindOf(path: string): Promise<'file' | OtherKind> {
  const found = await stat(path)
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  if (found.isFIFO()) return 'fifo'
  if (found.isSocket()) return 'socket'
  if (found.isCharacterDevice()) return 'character device'
  return found.isBlockDevice() ? 'block device' : 'special file'
}
