import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * @typedef {object} KernelModule
 * @property {string} name With underscores, as the kernel says it.
 * @property {string} path Below the modules folder, without the ending of a compression: `kernel/fs/9p/9p.ko`.
 * @property {Buffer} content Uncompressed.
 * @property {readonly string[]} aliases Patterns of hardware that this module drives.
 * @property {readonly string[]} needs Names of the modules that have to be loaded before.
 */

/**
 * Collects modules and everything that they need. The kernel's package carries no modules.dep (depmod writes that when
 * it is installed), so the facts come from each module's own `.modinfo` section.
 *
 * @param {string} folder The kernel's own folder, such as `…/lib/modules/6.1.0-56-amd64`.
 * @param {readonly string[]} wanted Names with underscores; one that is built into this kernel or unknown is left out.
 * @returns {readonly KernelModule[]} Each one after those that it needs.
 */
export function collectModules(folder, wanted) {
  const paths = modulePaths(folder)
  /** @type {Map<string, KernelModule>} */
  const collected = new Map()
  /** @param {string} name */
  const visit = (name) => {
    const path = paths.get(name)
    if (path === undefined || collected.has(name)) return
    const module = readModule(folder, path, name)
    for (const needed of module.needs) visit(needed)
    collected.set(name, module)
  }
  for (const name of wanted) visit(name)
  return [...collected.values()]
}

/**
 * The two tables that modprobe reads: what each module needs, and which one drives a piece of hardware.
 *
 * @param {readonly KernelModule[]} modules
 */
export function modprobeTables(modules) {
  const byName = new Map(modules.map((module) => [module.name, module]))
  /** @type {(name: string, seen?: Set<string>) => Set<string>} */
  const below = (name, seen = new Set()) => {
    for (const needed of byName.get(name)?.needs ?? []) {
      if (byName.has(needed) && !seen.has(needed)) below(needed, seen.add(needed))
    }
    return seen
  }
  const order = modules.map((module) => module.name)
  /** @param {KernelModule} module */
  const dependencies = (module) => {
    const names = [...below(module.name)].toSorted((a, b) => order.indexOf(b) - order.indexOf(a))
    return names.map((name) => ` ${byName.get(name)?.path}`).join('')
  }
  return {
    'modules.dep': modules.map((module) => `${module.path}:${dependencies(module)}\n`).join(''),
    'modules.alias': modules
      .flatMap((module) => module.aliases.map((alias) => `alias ${alias} ${module.name}\n`))
      .join(''),
  }
}

/**
 * @param {string} folder
 * @returns {Map<string, string>} From name to path, as stored.
 */
function modulePaths(folder) {
  const files = readdirSync(join(folder, 'kernel'), { recursive: true, withFileTypes: true })
  return new Map(
    files
      .filter((file) => /\.ko(\.(xz|zst|gz))?$/.test(file.name))
      .map((file) => [
        file.name.replace(/\.ko.*$/, '').replaceAll('-', '_'),
        relative(folder, join(file.parentPath, file.name)),
      ]),
  )
}

/**
 * @param {string} folder
 * @param {string} path
 * @param {string} name
 * @returns {KernelModule}
 */
function readModule(folder, path, name) {
  const content = decompressed(join(folder, path))
  const facts = elfSection(content, '.modinfo').toString('latin1').split('\0')
  /** @param {string} key */
  const values = (key) => facts.filter((fact) => fact.startsWith(`${key}=`)).map((fact) => fact.slice(key.length + 1))
  const words = [
    ...values('depends').flatMap((list) => list.split(',')),
    ...values('softdep').flatMap((list) => /pre:\s*([^:]*?)(\s+\w+:|$)/.exec(list)?.[1]?.split(/\s+/) ?? []),
  ]
  return {
    name,
    path: path.replace(/\.ko.*$/, '.ko'),
    content,
    aliases: values('alias').filter((alias) => !/\s/.test(alias)),
    needs: words.filter((word) => word !== '').map((word) => word.replaceAll('-', '_')),
  }
}

/** @param {string} path */
function decompressed(path) {
  const program = path.endsWith('.xz')
    ? 'xz'
    : path.endsWith('.zst')
      ? 'zstd'
      : path.endsWith('.gz')
        ? 'gzip'
        : undefined
  return program === undefined
    ? readFileSync(path)
    : execFileSync(program, ['-q', '-d', '-c', path], { maxBuffer: 256 * 1024 * 1024 })
}

/**
 * Bytes of one section of a little-endian ELF file, 32 or 64 bits; empty when there is none of that name.
 *
 * @param {Buffer} elf
 * @param {string} wanted
 * @returns {Buffer}
 */
export function elfSection(elf, wanted) {
  const is64 = elf[4] === 2
  /** @param {number} offset */
  const word = (offset) => (is64 ? Number(elf.readBigUInt64LE(offset)) : elf.readUInt32LE(offset))
  const [table, entrySize, count, namesIndex] = is64
    ? [word(0x28), elf.readUInt16LE(0x3a), elf.readUInt16LE(0x3c), elf.readUInt16LE(0x3e)]
    : [word(0x20), elf.readUInt16LE(0x2e), elf.readUInt16LE(0x30), elf.readUInt16LE(0x32)]
  /** @param {number} index */
  const section = (index) => {
    const header = table + index * entrySize
    const start = word(header + (is64 ? 0x18 : 0x10))
    return { nameAt: elf.readUInt32LE(header), bytes: elf.subarray(start, start + word(header + (is64 ? 0x20 : 0x14))) }
  }
  const names = section(namesIndex).bytes
  for (let index = 0; index < count; index += 1) {
    const { nameAt, bytes } = section(index)
    if (names.toString('latin1', nameAt, names.indexOf(0, nameAt)) === wanted) return bytes
  }
  return Buffer.alloc(0)
}
