import { stat } from 'node:fs/promises'

import { type ArchiveGate, ArchiveRefused } from '../../domain/container/archive-gate.ts'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { type LayerRemoval, layerRemoval } from '../../domain/container/oci-layer.ts'
import { readFirstBytes } from '../../system/files/read-first-bytes.ts'
import { extractTar } from './extract-tar.ts'
import { runInIdMap, unpackSandbox } from './in-id-map.ts'
import { archiveFormat, readHeaders } from './read-archive.ts'

/** An archive without members is this long when it is not compressed. */
const EMPTY_TAR_BYTES = 10_240

/**
 * Puts one layer of an image over what the layers below it left in `root`. Every member passes `gate`, which judges all the
 * layers together; then what the layer hides is removed, then it is unpacked, both in a sandbox. Throws
 * ArchiveRefused or CommandError.
 */
export async function applyLayer(
  layer: string,
  root: string,
  idMap: IdMap,
  gate: ArchiveGate,
  options: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<void> {
  if (await isEmpty(layer)) return
  const format = await archiveFormat(layer)
  if (format === 'squashfs') throw new ArchiveRefused('a layer is no tar file')
  const removals: LayerRemoval[] = []
  const leaveOut: string[] = []
  const look: ArchiveGate['look'] = (entry) => {
    gate.look(entry)
    const removal = layerRemoval(entry.name)
    if (removal !== undefined) removals.push(removal)
    if (isMark(entry.name) || LEFT_OUT.has(entry.type)) leaveOut.push(entry.name)
  }
  await readHeaders(layer, format, { look }, options)
  await remove(layer, root, idMap, removals, options.signal)
  await extractTar(layer, root, idMap, { signal: options.signal, leaveOut })
}

const LEFT_OUT: ReadonlySet<string> = new Set(['character-device', 'block-device', 'fifo'])

const isMark = (name: string) => name.split('/').some((part) => part.startsWith('.wh.'))

async function isEmpty(layer: string): Promise<boolean> {
  const { size } = await stat(layer)
  return size <= EMPTY_TAR_BYTES && (await readFirstBytes(layer, EMPTY_TAR_BYTES)).every((byte) => byte === 0)
}

/** A link in a lower layer leads nowhere but around the sandbox: the names may be followed. */
async function remove(
  layer: string,
  root: string,
  idMap: IdMap,
  removals: readonly LayerRemoval[],
  signal: AbortSignal,
): Promise<void> {
  for (const kind of ['content', 'whole'] as const) {
    const paths = removals.filter((each) => each.kind === kind).map(({ path }) => `${path}\0`)
    if (paths.length === 0) continue
    const command = kind === 'whole' ? ['rm', '-rf', '--'] : ['sh', '-c', EMPTY_FOLDERS, 'sh']
    await runInIdMap(idMap, [...unpackSandbox(layer, root), 'xargs', '--null', '--', ...command], {
      signal,
      input: paths.join(''),
    })
  }
}

/** A folder may be hidden in a layer that makes it in the first place: none is there then. */
const EMPTY_FOLDERS =
  'for folder; do if [ -d "$folder" ] && [ ! -L "$folder" ]; then find "$folder" -mindepth 1 -delete || exit 1; fi; done'
