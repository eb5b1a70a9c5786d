import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/**
 * Names one state of the files in some folders: equal files give the same 16 hex digits, wherever the folders are.
 *
 * @param {readonly string[]} folders
 * @returns {Promise<string>}
 */
export async function recipeHash(folders) {
  const hash = createHash('sha256')
  for (const folder of folders) {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    for (const path of files.toSorted()) {
      hash.update(`${relative(folder, path)}\0`).update(
        createHash('sha256')
          .update(await readFile(path))
          .digest(),
      )
    }
  }
  return hash.digest('hex').slice(0, 16)
}
