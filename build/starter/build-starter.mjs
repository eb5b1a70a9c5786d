#!/usr/bin/env node
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { say } from '../setup/say.mjs'
import { READER_MODULES, STARTER_ARCHITECTURES, STARTER_MODULES } from './architectures.mjs'
import { starterInitramfs } from './initramfs.mjs'
import { unpackedKernel } from './kernel-image.mjs'
import { openPrivateApt } from './private-apt.mjs'
import { unpackPackages } from './unpack-packages.mjs'
import { recipeHash } from './recipe-hash.mjs'

/** @typedef {import('./architectures.mjs').StarterArchitecture} StarterArchitecture */

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const RECIPE_FOLDER = join(ROOT, 'assets/starter')
const KEEP_UNUSED_MS = 30 * 24 * 3600 * 1000
/** Without it there is no Starter; the other architectures depend on what the system's package sources offer. */
const REQUIRED = 'x86_64'

/**
 * Puts the Starter guest into `outFolder/<architecture>/{vmlinuz,initrd.img,manifest.json}`; x86_64 also gets
 * `vmlinuz.efi`, the form of its kernel that UEFI firmware starts, and `reader.img`, with which it reads disks. What is there or in the cache is not made again, and
 * then nothing is fetched.
 *
 * @param {object} options
 * @param {string} options.outFolder
 * @param {readonly StarterArchitecture[]} [options.architectures]
 * @param {number} [options.retryAfterMs] For how long an architecture that could not be had is not tried again.
 * @param {(line: string) => void} [options.say]
 * @returns {Promise<boolean>} Whether the required architecture, where it was asked for, is there.
 */
export async function buildStarter({
  outFolder,
  architectures = STARTER_ARCHITECTURES,
  retryAfterMs = 0,
  say: tell = say,
}) {
  const recipe = await recipeHash([dirname(fileURLToPath(import.meta.url)), RECIPE_FOLDER])
  const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'petri/starter')
  const results = await Promise.all(
    architectures.map(async (architecture) => {
      const { name } = architecture
      const out = join(outFolder, name)
      if ((await recipeOf(out)) === recipe) return true
      const cached = join(cacheFolder, recipe, name)
      const failurePath = `${cached}.failed`
      const isThere = (await recipeOf(out)) !== undefined
      // An architecture that one can do without is not spoken of at every start.
      if (await isYoungerThan(failurePath, retryAfterMs)) return isThere || name !== REQUIRED
      try {
        if ((await recipeOf(cached)) !== recipe) await makeInto(cached, architecture, recipe, tell)
        await place(cached, out)
        return true
      } catch (error) {
        const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)
        tell(`Starter ${name}: ${isThere ? 'the one made earlier is kept' : 'left out'}: ${reason}`)
        await writeFile(failurePath, `${reason}\n`).catch(() => undefined)
        return isThere || name !== REQUIRED
      }
    }),
  )
  await forgetUnused(cacheFolder, recipe)
  return results.every(Boolean)
}

/**
 * @param {string} folder
 * @param {StarterArchitecture} architecture
 * @param {string} recipe
 * @param {(line: string) => void} say
 */
async function makeInto(folder, architecture, recipe, say) {
  await mkdir(dirname(folder), { recursive: true })
  const work = await mkdtemp(`${folder}.partial-`)
  try {
    const made = join(work, 'made')
    await make(made, work, architecture, recipe, say)
    // Whoever was first has made the same.
    await rm(folder, { recursive: true, force: true })
    await rename(made, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/**
 * @param {string} folder
 * @param {string} work
 * @param {StarterArchitecture} architecture
 * @param {string} recipe
 * @param {(line: string) => void} say
 */
async function make(folder, work, { name, debian, kernels, commandLine }, recipe, say) {
  say(`Starter ${name}: asking the package sources for ${debian}`)
  const apt = await openPrivateApt(join(work, 'apt'), debian)
  const packages = await choosePackages(apt, kernels)
  say(`Starter ${name}: fetching ${packages.map((facts) => facts.name).join(', ')}`)
  await apt.download(packages, join(work, 'packages'))
  const { kernelPath, busyboxPath, modulesFolder, release } = await unpackPackages(
    join(work, 'packages'),
    join(work, 'root'),
  )

  const packedKernel = await readFile(kernelPath)
  const kernel = name === 'x86_64' ? unpackedKernel(packedKernel) : undefined
  const busybox = await readFile(busyboxPath)
  /** @param {readonly string[]} modules */
  const initramfsWith = (modules) =>
    starterInitramfs({ recipeFolder: RECIPE_FOLDER, busybox, modulesFolder, release, modules })
  const initramfs = initramfsWith(STARTER_MODULES)
  const provenance = packages.map(({ name: packageName, version, sha256 }) => ({ name: packageName, version, sha256 }))
  const manifest = { architecture: name, commandLine, kernelRelease: release, packages: provenance, recipe }

  await mkdir(folder)
  await writeFile(join(folder, 'vmlinuz'), kernel ?? packedKernel)
  if (name === 'x86_64') {
    await writeFile(join(folder, 'vmlinuz.efi'), packedKernel)
    await writeFile(join(folder, 'reader.img'), initramfsWith(READER_MODULES))
  }
  await writeFile(join(folder, 'initrd.img'), initramfs)
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  const megabytes = Math.round(initramfs.length / 1e6)
  say(
    `Starter ${name}: Linux ${release}, initramfs of ${megabytes} MB${kernel || name !== 'x86_64' ? '' : ', packed kernel (slower start)'}`,
  )
}

/**
 * The newest kernel, its modules where they are packages of their own (Ubuntu), and BusyBox.
 *
 * @param {import('./private-apt.mjs').PrivateApt} apt
 * @param {readonly string[]} kernels
 */
async function choosePackages(apt, kernels) {
  for (const standIn of kernels) {
    const newest = await apt.find(standIn)
    const imageName = newest?.depends.find((name) => /^linux-image-\d/.test(name))
    const image = imageName === undefined ? undefined : await apt.find(imageName)
    if (newest === undefined || image === undefined) continue
    const parts = [...newest.depends, ...image.depends].filter((name) => name.startsWith('linux-modules-'))
    const found = await Promise.all([...new Set(parts), 'busybox-static'].map((name) => apt.find(name)))
    const missing = found.findIndex((facts) => facts === undefined)
    if (missing !== -1)
      throw new Error(`the package sources do not offer ${[...new Set(parts), 'busybox-static'][missing]}`)
    return [image, ...found.filter((facts) => facts !== undefined)]
  }
  throw new Error(`the package sources offer none of ${kernels.join(', ')}`)
}

/**
 * @param {string} from
 * @param {string} to
 */
async function place(from, to) {
  const partial = `${to}.partial-${process.pid}`
  await mkdir(dirname(to), { recursive: true })
  await cp(from, partial, { recursive: true })
  await rm(to, { recursive: true, force: true })
  await rename(partial, to)
}

/**
 * @param {string} folder
 * @returns {Promise<string | undefined>}
 */
async function recipeOf(folder) {
  try {
    const recipe = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')).recipe
    return typeof recipe === 'string' ? recipe : undefined
  } catch {
    return undefined
  }
}

/**
 * @param {string} path
 * @param {number} limitMs
 */
async function isYoungerThan(path, limitMs) {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs < limitMs
}

/**
 * Notes that this recipe is in use, and removes what no checkout has used for a month.
 *
 * @param {string} cacheFolder
 * @param {string} recipe
 */
async function forgetUnused(cacheFolder, recipe) {
  const now = new Date()
  await utimes(join(cacheFolder, recipe), now, now).catch(() => undefined)
  for (const name of await readdir(cacheFolder).catch(() => [])) {
    const folder = join(cacheFolder, name)
    if (now.getTime() - (await stat(folder)).mtimeMs > KEEP_UNUSED_MS)
      await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { arch: { type: 'string', multiple: true }, out: { type: 'string' } } })
  const chosen = STARTER_ARCHITECTURES.filter(({ name }) => values.arch?.includes(name) ?? true)
  if (chosen.length === 0) {
    say(`--arch is one of ${STARTER_ARCHITECTURES.map(({ name }) => name).join(', ')}`)
    process.exit(2)
  }
  const outFolder = resolve(values.out ?? join(ROOT, 'dist/starter'))
  process.exitCode = (await buildStarter({ outFolder, architectures: chosen })) ? 0 : 1
}
