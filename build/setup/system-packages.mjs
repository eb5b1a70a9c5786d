import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runProgram } from './run-program.mjs'
import { say } from './say.mjs'

const QUERY_LIMIT_MS = 30_000
const INSTALL_LIMIT_MS = 20 * 60_000

/**
 * @typedef {'start' | 'compile' | 'window' | 'test'} Occasion
 *
 * @typedef {object} SystemPackage
 * @property {readonly string[]} names The package; more than one where releases call it differently, the newest first.
 * @property {string} [program] What stands for it on the PATH, however it was installed.
 * @property {boolean} required Whether Petri cannot do without.
 * @property {Occasion} occasion When it is asked for.
 */

/** @type {readonly SystemPackage[]} */
export const SYSTEM_PACKAGES = [
  { names: ['qemu-system-x86'], program: 'qemu-system-x86_64', required: true, occasion: 'start' },
  { names: ['qemu-utils'], program: 'qemu-img', required: true, occasion: 'start' },
  { names: ['bubblewrap'], program: 'bwrap', required: true, occasion: 'start' },
  { names: ['qemu-system-arm'], program: 'qemu-system-aarch64', required: false, occasion: 'start' },
  { names: ['qemu-user-static', 'qemu-user'], program: 'qemu-aarch64-static', required: false, occasion: 'start' },
  { names: ['lxc'], program: 'lxc-start', required: false, occasion: 'start' },
  { names: ['uidmap'], program: 'newuidmap', required: false, occasion: 'start' },
  { names: ['passt'], program: 'pasta', required: false, occasion: 'start' },
  { names: ['mmdebstrap'], program: 'mmdebstrap', required: false, occasion: 'start' },
  { names: ['debian-archive-keyring'], required: false, occasion: 'start' },
  { names: ['squashfs-tools'], program: 'unsquashfs', required: false, occasion: 'start' },
  { names: ['skopeo'], program: 'skopeo', required: false, occasion: 'start' },
  { names: ['ovmf'], required: false, occasion: 'start' },
  { names: ['swtpm'], program: 'swtpm', required: false, occasion: 'start' },
  { names: ['xorriso'], program: 'xorriso', required: false, occasion: 'start' },
  { names: ['osinfo-db'], required: false, occasion: 'start' },
  { names: ['xz-utils'], program: 'xz', required: false, occasion: 'start' },
  { names: ['zstd'], program: 'zstd', required: false, occasion: 'start' },
  { names: ['python3'], program: 'python3', required: false, occasion: 'compile' },
  { names: ['make'], program: 'make', required: false, occasion: 'compile' },
  { names: ['g++'], program: 'g++', required: false, occasion: 'compile' },
  { names: ['libgtk-3-0t64', 'libgtk-3-0'], required: false, occasion: 'window' },
  { names: ['libnss3'], required: false, occasion: 'window' },
  { names: ['libasound2t64', 'libasound2'], required: false, occasion: 'window' },
  { names: ['libgbm1'], required: false, occasion: 'window' },
  { names: ['chromium', 'chromium-browser'], program: 'chromium', required: true, occasion: 'test' },
  { names: ['xvfb'], program: 'Xvfb', required: true, occasion: 'test' },
  { names: ['xauth'], program: 'xauth', required: true, occasion: 'test' },
  { names: ['strace'], program: 'strace', required: true, occasion: 'test' },
  { names: ['openssl'], program: 'openssl', required: true, occasion: 'test' },
  { names: ['btrfs-progs'], required: true, occasion: 'test' },
  { names: ['xfsprogs'], required: true, occasion: 'test' },
  { names: ['exfatprogs'], required: true, occasion: 'test' },
  { names: ['e2fsprogs'], required: true, occasion: 'test' },
  { names: ['syslinux'], program: 'syslinux', required: false, occasion: 'test' },
  { names: ['syslinux-common'], required: false, occasion: 'test' },
  { names: ['syslinux-efi'], required: false, occasion: 'test' },
  { names: ['mtools'], program: 'mcopy', required: false, occasion: 'test' },
  { names: ['dosfstools'], required: false, occasion: 'test' },
  { names: ['qemu-system-misc'], program: 'qemu-system-riscv64', required: false, occasion: 'test' },
  { names: ['qemu-system-ppc'], program: 'qemu-system-ppc64', required: false, occasion: 'test' },
]

/**
 * Sees to it that the system has what Petri needs: as root by installing it, otherwise by printing the one command.
 *
 * @param {readonly Occasion[]} occasions
 * @returns {Promise<boolean>} False when something required is missing; it has been said what.
 */
export async function ensureSystemPackages(occasions) {
  const asked = SYSTEM_PACKAGES.filter((wanted) => occasions.includes(wanted.occasion))
  const missing = await missingOf(asked)
  if (missing.length === 0) return true
  const required = missing.some((wanted) => wanted.required)
  if (!isOnPath('apt-get')) {
    say(`Not found: ${missing.map((wanted) => wanted.program ?? wanted.names[0]).join(', ')}.`)
    say(required ? 'Install them with the system’s package manager and start again.' : 'Petri goes on without them.')
    return !required
  }
  if (process.getuid?.() !== 0) {
    const names = await Promise.all(missing.map(nameHere))
    say(required ? 'Petri needs system packages. Install them with:' : 'Some parts of Petri need system packages:')
    say(`  sudo apt-get install -y ${names.join(' ')}`)
    return !required
  }
  await install(missing)
  const still = (await missingOf(missing)).map((wanted) => wanted.names.at(-1))
  if (still.length > 0) say(`Could not be installed: ${still.join(', ')}.`)
  return !(await missingOf(missing)).some((wanted) => wanted.required)
}

/** @param {string} program */
export function isOnPath(program) {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, program)))
}

/**
 * @param {readonly SystemPackage[]} asked
 * @returns {Promise<readonly SystemPackage[]>}
 */
async function missingOf(asked) {
  const unseen = asked.filter(({ program }) => program === undefined || !isOnPath(program))
  const names = unseen.flatMap((wanted) => wanted.names)
  if (names.length === 0) return []
  const query = ['--show', '--showformat=${binary:Package} ${db:Status-Status}\n', ...names]
  const { output } = await runProgram('dpkg-query', query, { limitMs: QUERY_LIMIT_MS })
  const installed = installedNames(output)
  return unseen.filter((wanted) => !wanted.names.some((name) => installed.has(name)))
}

/**
 * @param {string} output Lines of `dpkg-query` such as `libnss3:amd64 installed`, among complaints about unknown names.
 * @returns {Set<string>}
 */
export function installedNames(output) {
  const lines = output.split('\n').map((line) => line.split(' '))
  const installed = lines.filter(([, status, more]) => status === 'installed' && more === undefined)
  return new Set(installed.map(([name = '']) => name.replace(/:.*/, '')))
}

/** @param {readonly SystemPackage[]} missing */
async function install(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  /** @param {readonly string[]} args */
  const apt = (args) => runProgram('apt-get', ['-q', ...args], { env, limitMs: INSTALL_LIMIT_MS })
  /** @type {() => Promise<{ code: number, output: string }>} */
  const attempt = async () => {
    const names = await Promise.all(missing.map(nameHere))
    say(`Installing system packages: ${names.join(' ')}`)
    return apt(['install', '-y', '--no-install-recommends', ...names])
  }
  if (!(await isKnown('qemu-utils'))) await apt(['update'])
  let result = await attempt()
  if (result.code !== 0) {
    await apt(['update'])
    result = await attempt()
  }
  if (result.code === 0) return
  say(result.output.trim().split('\n').slice(-5).join('\n'))
  // One package that cannot be had must not keep the others away.
  for (const wanted of missing) await apt(['install', '-y', '--no-install-recommends', await nameHere(wanted)])
}

/**
 * @param {SystemPackage} wanted
 * @returns {Promise<string>} What this release calls it.
 */
async function nameHere({ names }) {
  const [newest = '', ...older] = names
  for (const name of older.length === 0 ? [] : names) if (await isKnown(name)) return name
  return older.at(-1) ?? newest
}

/** @param {string} name */
async function isKnown(name) {
  const { output } = await runProgram('apt-cache', ['policy', name], { env: { ...process.env, LC_ALL: 'C' } })
  return /Candidate: (?!\(none\))/.test(output)
}
