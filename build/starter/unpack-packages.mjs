import { execFile } from 'node:child_process'
import { access, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const UNPACK_LIMIT_MS = 180_000

/**
 * Unpacks Debian packages beside each other, without running any of their scripts.
 *
 * @param {string} packagesFolder Holds the `.deb` files.
 * @param {string} rootFolder Is made.
 * @returns {Promise<{ kernelPath: string, busyboxPath: string, modulesFolder: string, release: string }>}
 *   Rejects when a kernel, its modules or BusyBox is not among them.
 */
export async function unpackPackages(packagesFolder, rootFolder) {
  await mkdir(rootFolder)
  for (const file of await readdir(packagesFolder)) {
    if (!file.endsWith('.deb')) continue
    await run('dpkg-deb', ['--extract', join(packagesFolder, file), rootFolder], { timeout: UNPACK_LIMIT_MS })
  }
  const boot = await readdir(join(rootFolder, 'boot'))
  const kernelFile = boot.find((name) => name.startsWith('vmlinuz-'))
  if (kernelFile === undefined) throw new Error('the kernel package holds no kernel')
  const release = kernelFile.slice('vmlinuz-'.length)
  return {
    kernelPath: join(rootFolder, 'boot', kernelFile),
    // Newer distributions have moved both below /usr.
    busyboxPath: await firstPresent(rootFolder, ['bin/busybox', 'usr/bin/busybox']),
    modulesFolder: await firstPresent(rootFolder, [`lib/modules/${release}`, `usr/lib/modules/${release}`]),
    release,
  }
}

/**
 * @param {string} rootFolder
 * @param {readonly string[]} paths
 */
async function firstPresent(rootFolder, paths) {
  for (const path of paths) {
    const found = await access(join(rootFolder, path)).then(
      () => true,
      () => false,
    )
    if (found) return join(rootFolder, path)
  }
  throw new Error(`the packages hold no ${paths[0]}`)
}
