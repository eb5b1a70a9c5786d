/**
 * The one picture of who may import whom, as a table, and the question asked of it.
 *
 *   main:      shells -> api -> services -> domain -> contract     (services -> system; system imports nothing of ours)
 *   preload:   bridge -> contract
 *   renderer:  app -> features -> state | terminal -> api -> contract     (features -> ui; ui imports nothing of ours)
 *
 * A layer may import itself and the layers named in its row. `packages` says which packages and Node modules it may
 * import: 'any', or a list. `apart` marks a layer whose folders do not import each other, except those in `open` and files directly in the layer.
 */

/**
 * @typedef {object} Layer
 * @property {string} folder of the layer, from the top of the checkout
 * @property {readonly string[]} imports folders of ours that it may import besides itself
 * @property {'any' | readonly string[]} packages
 * @property {boolean} [apart]
 * @property {readonly string[]} [open] folders of an `apart` layer that the others may import
 */

const CONTRACT = 'preload/contract'

/** @type {readonly Layer[]} The first row whose folder holds a file decides. */
export const layers = [
  { folder: CONTRACT, imports: [], packages: ['zod'] },
  { folder: 'preload', imports: [CONTRACT], packages: ['electron'] },

  { folder: 'main/domain', imports: [CONTRACT], packages: ['zod'] },
  { folder: 'main/system', imports: [], packages: 'any' },
  {
    folder: 'main/services',
    imports: ['main/domain', 'main/system', CONTRACT],
    packages: 'any',
    apart: true,
    open: ['qemu', 'jobs'],
  },
  {
    folder: 'main/api',
    imports: ['main/services', 'main/domain', 'main/system', CONTRACT],
    packages: 'any',
  },
  {
    folder: 'main/shells',
    imports: ['main/api', 'main/services', 'main/domain', 'main/system', CONTRACT],
    packages: 'any',
    apart: true,
    open: ['local'],
  },

  { folder: 'renderer/ui', imports: [], packages: 'any' },
  { folder: 'renderer/api', imports: [CONTRACT], packages: 'any' },
  { folder: 'renderer/state', imports: ['renderer/api', CONTRACT], packages: 'any' },
  { folder: 'renderer/terminal', imports: ['renderer/api', 'renderer/ui', CONTRACT], packages: 'any' },
  {
    folder: 'renderer/features',
    imports: ['renderer/state', 'renderer/terminal', 'renderer/api', 'renderer/ui', CONTRACT],
    packages: 'any',
  },
  {
    folder: 'renderer',
    imports: [
      'renderer/features',
      'renderer/state',
      'renderer/terminal',
      'renderer/api',
      'renderer/ui',
      'assets',
      CONTRACT,
    ],
    packages: 'any',
  },
]

/** Packages that belong to one folder: everything else must not touch them. */
const packageHomes = [
  { package: 'electron', folders: ['main/shells/electron', 'preload/bridge.ts'] },
  { package: 'node-pty', folders: ['main/system/pty'] },
]

/** Single imports that the table alone would refuse, each with its reason. */
const exceptions = [
  // `petri serve` is the web shell started from the command line; it is loaded only then.
  { from: 'main/shells/cli', to: 'main/shells/web' },
  // The version that every shell reports.
  { from: 'main/shells', to: 'package.json' },
  { from: 'main/api', to: 'package.json' },
]

/**
 * Why `fromFile` must not import `specifier`; undefined when it may.
 *
 * @param {string} fromFile path from the top of the checkout, with forward slashes
 * @param {string} specifier as written in the import
 * @returns {string | undefined}
 */
export function layerProblem(fromFile, specifier) {
  const layer = layers.find((row) => isBelow(fromFile, row.folder))
  if (layer === undefined) return undefined
  const target = ourFile(fromFile, specifier)
  return target === undefined ? packageProblem(layer, fromFile, specifier) : fileProblem(layer, fromFile, target)
}

/** @param {Layer} layer @param {string} fromFile @param {string} target */
function fileProblem(layer, fromFile, target) {
  if (exceptions.some(({ from, to }) => isBelow(fromFile, from) && isBelow(target, to))) return undefined
  const targetLayer = layers.find((row) => isBelow(target, row.folder))
  if (targetLayer === layer) return apartProblem(layer, fromFile, target)
  if (targetLayer !== undefined && layer.imports.includes(targetLayer.folder)) return undefined
  if (targetLayer === undefined && layer.imports.some((folder) => isBelow(target, folder))) return undefined
  const allowed = layer.imports.length === 0 ? 'nothing of ours' : layer.imports.join(', ')
  return `${layer.folder} must not import ${target}; it may import ${allowed}`
}

/** @param {Layer} layer @param {string} fromFile @param {string} target */
function apartProblem(layer, fromFile, target) {
  if (layer.apart !== true) return undefined
  const from = fromFile.slice(layer.folder.length + 1).split('/')[0]
  const [to = '', ...rest] = target.slice(layer.folder.length + 1).split('/')
  // A file that lies in the layer's folder itself belongs to all of it.
  if (rest.length === 0 || from === to || (layer.open ?? []).includes(to)) return undefined
  return `${layer.folder}/${from} must not import ${target}; folders of ${layer.folder} do not import each other`
}

/** @param {Layer} layer @param {string} fromFile @param {string} specifier */
function packageProblem(layer, fromFile, specifier) {
  const name = packageName(specifier)
  const home = packageHomes.find((row) => row.package === name)
  if (home !== undefined && !home.folders.some((folder) => isBelow(fromFile, folder))) {
    return `only ${home.folders.join(' and ')} may import ${name}`
  }
  if (layer.packages === 'any' || layer.packages.includes(name)) return undefined
  return `${layer.folder} must not import ${specifier}; it may import ${layer.packages.join(', ')}`
}

/**
 * The file of ours that an import means, from the top of the checkout; undefined for a package or a Node module.
 * @param {string} fromFile @param {string} specifier
 */
function ourFile(fromFile, specifier) {
  if (specifier.startsWith('#contract/')) return `${CONTRACT}/${specifier.slice('#contract/'.length)}.ts`
  if (!specifier.startsWith('.')) return undefined
  /** @type {string[]} */
  const parts = []
  for (const part of [...fromFile.split('/').slice(0, -1), ...specifier.split('/')]) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** @param {string} specifier */
function packageName(specifier) {
  if (specifier.startsWith('node:')) return 'node:'
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}

/** @param {string} file @param {string} folder */
function isBelow(file, folder) {
  return file === folder || file.startsWith(`${folder}/`)
}
