import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file so that, whatever happens, a reader finds the old text or the new one and never something between:
 * temporary file beside it, fsync, rename, fsync of the folder (without the last, a power cut can bring back the old
 * file or none). Mode 0600. Throws the file system's error; the old file is then unharmed.
 */
export async function writeDurableFile(
  path: string,
  content: string | Uint8Array,
  onStep: (step: 'written' | 'synced' | 'renamed') => void = () => {},
): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      onStep('written')
      await file.sync()
    } finally {
      await file.close()
    }
    onStep('synced')
    await rename(temporary, path)
    onStep('renamed')
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFile(dirname(path))
}

/** Makes a file's content, or the names in a folder (new, renamed, removed), outlast a power cut. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
