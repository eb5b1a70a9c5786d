import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The tar file of a Debian root file system that the set-up of `npm test` has made and kept. */
export function rootFileSystem(architecture: 'armhf' | 'arm64' | 'riscv64'): string {
  const folders = ['/var/cache/petri-test/rootfs', join(homedir(), '.cache/petri-test/rootfs')]
  const path = folders.map((folder) => join(folder, `${architecture}.tar`)).find((each) => existsSync(each))
  if (path !== undefined) return path
  throw new Error(
    `no root file system for ${architecture}: run node build/test/make-root-file-systems.mjs ${architecture}`,
  )
}
