import { randomBytes } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Replaces a file so that a reader finds the old text or the new one and never something between. It is not made to
 * outlast a power cut: for files that mean nothing after one, such as what is written of running processes. Mode 0600.
 * At once: for some hundred bytes on the way to something that a person waits for, threads take longer than the writing.
 */
export function writeWholeFile(path: string, content: string): void {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
