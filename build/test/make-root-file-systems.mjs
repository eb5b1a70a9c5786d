/**
 * Makes the root file systems that the tests of containers run in, as the ordinary user who calls it, and keeps them:
 * `node build/test/make-root-file-systems.mjs armhf [arm64 riscv64]`. About a minute each, once.
 */
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const LIMIT_MS = 8 * 60_000
const SHARED = '/var/cache/petri-test/rootfs'
/** The emulator's word and the first Debian release with the architecture. @type {Record<string, readonly [string, string]>} */
const KNOWN = { armhf: ['arm', 'bookworm'], arm64: ['aarch64', 'bookworm'], riscv64: ['riscv64', 'trixie'] }

/** The emulator is registered in a namespace of its own, from Debian's own list of registrations. */
const SCRIPT = `set -e
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
sed "s#[^:]*:[^:]*\\$#/usr/bin/qemu-$1-static:F#" "/usr/lib/binfmt.d/qemu-$1.conf" > /proc/sys/fs/binfmt_misc/register
shift
exec mmdebstrap --mode=root --variant=minbase --skip=check/qemu --dpkgopt='path-exclude=/usr/share/man/*' \\
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' "$@"`

const folder = [SHARED, join(homedir(), '.cache/petri-test/rootfs')].find(isOurs) ?? SHARED
for (const architecture of process.argv.slice(2)) {
  const [emulator, suite] = KNOWN[architecture] ?? []
  if (emulator === undefined || suite === undefined) throw new Error(`unknown architecture ${architecture}`)
  const file = join(folder, `${architecture}.tar`)
  if (existsSync(file) || existsSync(join(SHARED, `${architecture}.tar`))) continue
  const partial = join(folder, `${architecture}.partial.tar`)
  try {
    const inNamespace = ['--user', '--map-root-user', '--map-auto', '--mount', 'sh', '-c', SCRIPT, 'make', emulator]
    const wish = [`--arch=${architecture}`, suite, partial, ...mirrorOf(suite)]
    execFileSync('unshare', [...inNamespace, ...wish], { stdio: ['ignore', 'inherit', 'inherit'], timeout: LIMIT_MS })
    renameSync(partial, file)
  } finally {
    rmSync(partial, { force: true })
  }
}

/**
 * Where this host's own apt has Debian from, as a line of sources; mmdebstrap's own choice when it has none.
 *
 * @param {string} suite
 */
function mirrorOf(suite) {
  const wanted = ['Created-By: Packages', 'Label: Debian', 'Component: main']
  const args = ['indextargets', '--format', '$(REPO_URI)', ...wanted]
  const [uri] = execFileSync('apt-get', args, { encoding: 'utf8' }).split('\n')
  return uri ? [`deb ${uri} ${suite} main`] : []
}

/** @param {string} path */
function isOurs(path) {
  try {
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
