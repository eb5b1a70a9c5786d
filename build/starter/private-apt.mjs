import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const APT_LIMIT_MS = 240_000

/**
 * @typedef {object} PackageFacts
 * @property {string} name
 * @property {string} version
 * @property {string} sha256
 * @property {readonly string[]} depends Names only; of alternatives the first.
 */

/**
 * @typedef {object} PrivateApt
 * @property {(name: string) => Promise<PackageFacts | undefined>} find The version that apt would install.
 * @property {(packages: readonly PackageFacts[], folder: string) => Promise<void>} download Puts the packages' files there, checked
 *   by apt against the signed index.
 */

/**
 * Opens apt for another architecture beside the system's own apt: the sources, keys and proxy are the system's, while
 * indexes and packages live in `folder`. So it needs no root, and `dpkg --add-architecture` is never called.
 *
 * @param {string} folder
 * @param {string} architecture dpkg's word.
 * @returns {Promise<PrivateApt>} Rejects when no package index can be had.
 */
export async function openPrivateApt(folder, architecture) {
  const options = Object.entries({
    'Dir::State': join(folder, 'state'),
    'Dir::State::lists': join(folder, 'state/lists'),
    'Dir::State::status': join(folder, 'state/status'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    'Acquire::http::Timeout': '30',
    'Acquire::https::Timeout': '30',
    'Acquire::Retries': '2',
    // root's apt hands downloads to the user _apt, who may not enter our folder.
    'APT::Sandbox::User': '',
  }).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  await mkdir(join(folder, 'state/lists/partial'), { recursive: true })
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true })
  await writeFile(join(folder, 'state/status'), '')

  /** @type {(program: string, args: readonly string[], cwd?: string) => Promise<string>} */
  const apt = async (program, args, cwd = folder) => {
    const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
    const limits = { timeout: APT_LIMIT_MS, maxBuffer: 64 * 1024 * 1024 }
    const { stdout } = await run(program, [...options, ...args], { cwd, env, ...limits })
    return stdout
  }
  // One source of several may fail (a third party's, or one without this architecture); what matters is said by `find`.
  await apt('apt-get', ['-q', 'update']).catch(() => undefined)

  return {
    async find(name) {
      const text = await apt('apt-cache', ['show', '--no-all-versions', name]).catch(() => '')
      return packageFacts(text)
    },
    async download(packages, into) {
      await mkdir(into, { recursive: true })
      const exact = packages.map(({ name, version }) => `${name}=${version}`)
      await apt('apt-get', ['-q', 'download', ...exact], into)
    },
  }
}

/**
 * @param {string} text What `apt-cache show` prints of one package.
 * @returns {PackageFacts | undefined}
 */
export function packageFacts(text) {
  /** @param {string} field */
  const value = (field) => new RegExp(`^${field}: *(.*)$`, 'm').exec(text)?.[1]?.trim()
  const [name, version, sha256] = [value('Package'), value('Version'), value('SHA256')]
  if (name === undefined || version === undefined || sha256 === undefined) return undefined
  const depends = (value('Depends') ?? '').split(',').map((entry) => entry.trim().split(/[\s(:|]/)[0] ?? '')
  return { name, version, sha256, depends: depends.filter((entry) => entry !== '') }
}
