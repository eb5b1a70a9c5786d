import { randomBytes } from 'node:crypto'
import { link, lstat, mkdir, readdir, readlink, rename, rm, symlink, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { RefusedError } from '../refused-error.ts'
import { syncFile } from '../../system/files/write-durable-file.ts'

/** A folder beside the target in which a file is made under its final name. Gone when the work is over. */
export interface WorkFolder extends AsyncDisposable {
  readonly path: string
  /**
   * Gives a finished file its place: fsync, then a new name that never replaces a file, then fsync of the folder. Files
   * that belong to it come first, so that the target stands there complete or not at all.
   */
  publish(name: string): Promise<void>
  /** Replaces the file of this name by the finished one, in one step. */
  replace(name: string): Promise<void>
}

const namePattern = /^\.petri-[0-9a-f]{12}\.partial$/

/**
 * Makes a work folder beside `target`. A link in `journal` remembers it, so that the next start removes what a crash or
 * a power cut left: a link is written with its name, in one step.
 */
export async function openWorkFolder(target: string, journal: string): Promise<WorkFolder> {
  const folder = dirname(target)
  const id = randomBytes(6).toString('hex')
  const path = join(folder, `.petri-${id}.partial`)
  const entry = join(journal, id)
  await mkdir(journal, { recursive: true, mode: 0o700 })
  await symlink(path, entry)
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    await unlink(entry)
    throw error
  }
  return {
    path,
    async publish(name) {
      const others = (await readdir(path)).filter((file) => file !== name)
      const placed: string[] = []
      try {
        for (const file of [...others, name]) {
          await syncFile(join(path, file))
          await moveWithoutReplacing(join(path, file), join(folder, file))
          placed.push(join(folder, file))
        }
      } catch (error) {
        await Promise.all(placed.map((file) => unlink(file).catch(() => undefined)))
        throw error
      }
      await syncFile(folder)
    },
    async replace(name) {
      await syncFile(join(path, name))
      await rename(join(path, name), join(folder, name))
      await syncFile(folder)
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true })
      await unlink(entry).catch(() => undefined)
    },
  }
}

/** Removes the work folders of a process that is no more. */
export async function cleanWorkFolders(journal: string): Promise<readonly string[]> {
  const removed: string[] = []
  for (const entry of await readdir(journal).catch(() => [])) {
    const path = await readlink(join(journal, entry)).catch(() => undefined)
    if (path !== undefined && namePattern.test(basename(path))) {
      await rm(path, { recursive: true, force: true })
      removed.push(path)
    }
    await unlink(join(journal, entry)).catch(() => undefined)
  }
  return removed
}

/** Throws RefusedError when something stands where a file is to be made. */
export async function refuseExisting(target: string): Promise<void> {
  const found = await lstat(target).catch(() => undefined)
  if (!found) return
  throw new RefusedError({
    code: 'conflict',
    title: `${basename(target)} exists already`,
    evidence: `${target} (${found.size} bytes)`,
    cause: 'Petri never overwrites a disk.',
    cure: { text: 'Choose another name, or remove it first.' },
  })
}

/** FAT has no hard links; there the name is looked at once more and then taken. */
async function moveWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST') await refuseExisting(to)
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
    await refuseExisting(to)
    await rename(from, to)
  }
}
