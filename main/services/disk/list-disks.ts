import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { RefusedError } from '../refused-error.ts'
import { lookAtFile } from './look-at-file.ts'

/** As many files as are looked into. */
const MAX_FILES = 300
/** Formats that are told by their content alone; anything else needs a telling name. */
const tellingNames = /\.(img|raw|bin|dd|iso|vmdk|vdi|vhd|vhdx|qcow2?|qed|hdd|dmg|ova|ovf|gz|xz|zst)$/i

/** The disk files of a folder, by name. */
export async function listDisks(folder: string) {
  const names = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new RefusedError(
      {
        code: 'not-found',
        title: `The folder ${folder.slice(0, 120)} cannot be read`,
        evidence: error instanceof Error ? error.message.slice(0, 150) : String(error),
      },
      error,
    )
  })
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .toSorted()
  const found = await Promise.all(
    files.slice(0, MAX_FILES).map(async (name) => {
      const path = join(folder, name)
      const looked = await lookAtFile(path).catch(() => undefined)
      if (looked === undefined || typeof looked === 'string') return []
      const { facts, sizeBytes } = looked
      const isDisk = (facts.format !== undefined && facts.format !== 'raw') || tellingNames.test(name)
      if (!isDisk) return []
      return {
        path,
        fileBytes: sizeBytes,
        ...(facts.format !== undefined && { format: facts.format }),
        ...(facts.unsafe !== undefined && { refusal: facts.unsafe }),
      }
    }),
  )
  return { files: found.flat(), more: files.length > MAX_FILES }
}
