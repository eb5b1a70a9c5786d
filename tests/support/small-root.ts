import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { rootFileSystem } from './root-file-system.ts'

const run = promisify(execFile)
/** A shell, what it needs, and two programs. */
const MEMBERS = [
  ...['./bin', './lib', './etc/passwd', './usr/lib/os-release'],
  ...['sh', 'dash', 'uname', 'cat'].map((name) => `./usr/bin/${name}`),
  './usr/lib/ld-linux-armhf.so.3',
  ...['ld-linux-armhf.so.3', 'libc.so.6'].map((name) => `./usr/lib/arm-linux-gnueabihf/${name}`),
]

/** A tar file of 5 MB with an armhf root file system of a shell and little more, and the same unpacked. */
export async function smallRoot(folder: string): Promise<{ readonly tar: string; readonly root: string }> {
  const root = join(folder, 'small-root')
  const tar = join(folder, 'small.tar')
  await mkdir(root)
  await run('tar', ['--extract', '-f', rootFileSystem('armhf'), '-C', root, ...MEMBERS])
  await run('tar', ['--create', '--owner=0', '--group=0', '-f', tar, '-C', root, '.'])
  return { tar, root }
}
