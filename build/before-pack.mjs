import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stage = join(root, 'dist/package')

/**
 * Called by electron-builder before it packs: lays the packaged command line into dist/package.
 *
 * It runs under a Node of its own (the one that runs this build; the official ones are one file that needs nothing but
 * the C library), because the fuses keep Electron from being used as one. Its files are copies, since what is named
 * as an extra resource is left out of the app's archive.
 */
export default function beforePack() {
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(join(stage, 'node'), { recursive: true })
  copyFileSync(process.execPath, join(stage, 'node/node'))
  chmodSync(join(stage, 'node/node'), 0o755)

  copy('dist/main', 'cli/main')
  copy('dist/renderer', 'cli/renderer')
  copy('package.json', 'cli/package.json')
  for (const part of ['package.json', 'lib', 'build/Release/pty.node']) {
    copy(`node_modules/node-pty/${part}`, `cli/node_modules/node-pty/${part}`)
  }
}

/** @param {string} from below the checkout @param {string} to below the stage */
function copy(from, to) {
  cpSync(join(root, from), join(stage, to), { recursive: true, filter: (path) => !path.endsWith('.map') })
}
