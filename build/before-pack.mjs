import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Called by electron-builder before it packs: puts the running Node beside the build, for the packaged command line.
 * The official builds of Node are one file that needs nothing but the C library.
 */
export default function beforePack() {
  const target = join(fileURLToPath(new URL('..', import.meta.url)), 'dist/node/node')
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(process.execPath, target)
  chmodSync(target, 0o755)
}
