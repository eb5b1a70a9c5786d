import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cpioArchive } from './cpio.mjs'
import { collectModules, modprobeTables } from './kernel-modules.mjs'

/** @typedef {import('./cpio.mjs').ArchiveEntry} ArchiveEntry */

const FOLDERS = ['bin', 'dev', 'etc', 'lib', 'lib/modules', 'mnt', 'proc', 'root', 'run', 'sys', 'tmp', 'usr', 'var']
// BusyBox makes the links for its other commands at boot: only the program itself knows which ones it has.
const LINKS = { 'bin/sh': 'busybox', sbin: 'bin', 'usr/bin': '../bin', 'usr/sbin': '../bin', 'var/run': '../run' }

/**
 * The Starter's root file system as an initramfs, not compressed: unpacking costs the emulated processor more than
 * reading costs the host.
 *
 * @param {object} sources
 * @param {string} sources.recipeFolder Files that are copied as they are; those that begin with `#!` may be executed.
 * @param {Buffer} sources.busybox The static program.
 * @param {string} sources.modulesFolder The kernel's own folder of modules; its last part is the kernel's release.
 * @param {string} sources.release
 * @param {readonly string[]} sources.modules
 * @returns {Buffer}
 */
export function starterInitramfs({ recipeFolder, busybox, modulesFolder, release, modules }) {
  const drivers = collectModules(modulesFolder, modules)
  const home = `lib/modules/${release}`
  /** @type {ArchiveEntry[]} */
  const files = [
    ...recipeFiles(recipeFolder),
    { path: 'bin/busybox', kind: 'file', mode: 0o755, content: busybox },
    ...drivers.map((driver) => file(`${home}/${driver.path}`, driver.content)),
    ...Object.entries(modprobeTables(drivers)).map(([name, text]) => file(`${home}/${name}`, Buffer.from(text))),
  ]
  return cpioArchive([
    ...foldersOf(files.map(({ path }) => path)).map((path) => directory(path)),
    // The kernel opens it for init before anything is mounted.
    { path: 'dev/console', kind: 'character-device', mode: 0o600, device: [5, 1] },
    ...files,
    ...Object.entries(LINKS).map(([path, target]) => symlink(path, target)),
  ])
}

/** @type {(paths: readonly string[]) => readonly string[]} */
function foldersOf(paths) {
  const parents = paths.flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/')))
  return [...new Set([...FOLDERS, ...parents])].filter((path) => path !== '').toSorted()
}

/** @type {(folder: string) => ArchiveEntry[]} */
function recipeFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name))
    .toSorted()
    .map((path) => {
      const content = readFileSync(path)
      const mode = content.toString('latin1', 0, 2) === '#!' ? 0o755 : 0o644
      return { path: path.slice(folder.length + 1), kind: 'file', mode, content }
    })
}

/** @type {(path: string, content: Buffer) => ArchiveEntry} */
function file(path, content) {
  return { path, kind: 'file', mode: 0o644, content }
}

/** @type {(path: string) => ArchiveEntry} */
function directory(path) {
  return { path, kind: 'directory', mode: path === 'tmp' ? 0o1777 : 0o755 }
}

/** @type {(path: string, target: string) => ArchiveEntry} */
function symlink(path, target) {
  return { path, kind: 'symlink', mode: 0o777, content: Buffer.from(target) }
}
