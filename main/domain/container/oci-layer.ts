import { ArchiveRefused } from './archive-gate.ts'

const MARK = '.wh.'
const OPAQUE = '.wh..wh..opq'

/** What a layer takes away of those below it. */
export type LayerRemoval =
  /** `path` and everything in it. */
  | { readonly kind: 'whole'; readonly path: string }
  /** Everything in the folder `path`, not the folder. */
  | { readonly kind: 'content'; readonly path: string }

/**
 * What a member of a layer takes away; undefined: it is an ordinary member. The rule is the image specification's: a name
 * that begins with `.wh.` hides what is called like the rest of it.
 */
export function layerRemoval(name: string): LayerRemoval | undefined {
  const at = name.lastIndexOf('/')
  const folder = name.slice(0, at + 1)
  const own = name.slice(at + 1)
  if (own === OPAQUE) return { kind: 'content', path: `./${folder}` }
  if (!own.startsWith(MARK)) return undefined
  const hidden = own.slice(MARK.length)
  if (hidden === '' || hidden === '.' || hidden === '..')
    throw new ArchiveRefused(`a layer takes away "${hidden}", which is no name`)
  // Notes of one storage driver to itself.
  if (hidden.startsWith(MARK)) return undefined
  return { kind: 'whole', path: `./${folder}${hidden}` }
}
