import { randomBytes } from 'node:crypto'
import { access, mkdtemp, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

import type { ContainerSpec } from '#contract/container'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { syncFile } from '../../system/files/write-durable-file.ts'
import { RefusedError } from '../refused-error.ts'
import { layersOf } from './attach-command.ts'
import type { ContainerFolders } from './container-folders.ts'
import { runInIdMap } from './in-id-map.ts'

const HOW: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.(tar\.gz|tgz)$/, ['--gzip']],
  [/\.(tar\.zst|tzst)$/, ['--zstd']],
  [/\.(tar\.xz|txz)$/, ['--xz']],
  [/\.tar$/, []],
]

/**
 * Writes a container's whole root file system as a tar file, with the numbers of users as inside. Its layers are put
 * together read-only, so it may run meanwhile; what it writes then may or may not be in the file.
 */
export async function exportContainer(
  spec: ContainerSpec,
  path: string,
  folders: ContainerFolders,
  idMap: IdMap,
  signal: AbortSignal,
): Promise<{ readonly sizeBytes: number }> {
  const compression = HOW.find(([ending]) => ending.test(path))?.[1]
  if (compression === undefined)
    throw new RefusedError({
      code: 'bad-request',
      title: 'The name of the file does not say what it shall be',
      evidence: path,
      cure: { text: 'Let it end in .tar, .tar.gz, .tar.zst or .tar.xz.' },
    })
  const isTaken = await access(path).then(
    () => true,
    () => false,
  )
  if (isTaken)
    throw new RefusedError({
      code: 'conflict',
      title: `${path} exists already`,
      cure: { text: 'Choose another name.' },
    })
  const partial = `${path}.${randomBytes(4).toString('hex')}.partial`
  const place = await mkdtemp(join(folders.cache, 'export-'))
  const lower = layersOf(spec, folders)
  // Named from the folder of layers: options must stay short, and no character of a user's path gets into them.
  const short = lower.map((layer) => relative(folders.layers, layer))
  const script = [
    'set -e',
    'cd "$0"',
    'mount -t overlay overlay -o "userxattr,lowerdir=$1" "$2"',
    'place=$2; out=$3; shift 3',
    'exec tar --create --numeric-owner --one-file-system --sort=name --exclude=./dev/* "$@" --file="$out" --directory="$place" .',
  ].join('\n')
  try {
    await runInIdMap(
      idMap,
      ['unshare', '--mount', 'sh', '-c', script, folders.layers, short.join(':'), place, partial, ...compression],
      { signal },
    )
    const file = await open(partial, 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
    await syncFile(dirname(path))
    return { sizeBytes: (await stat(path)).size }
  } finally {
    await rm(partial, { force: true })
    await rm(place, { recursive: true, force: true })
  }
}
