import { open, readFile, realpath } from 'node:fs/promises'
import { basename } from 'node:path'

import { RefusedError } from '../refused-error.ts'
import type { SourceDisk } from './open-source.ts'

/** What a whole disk of this host is, as the kernel tells. */
export interface DeviceFacts {
  readonly model: string
  readonly sizeBytes: number
  /** Its partitions, or itself, that are mounted now. */
  readonly mounted: readonly { readonly device: string; readonly at: string }[]
}

/** Reads /sys and the table of mounts; needs no right to the device itself. */
export async function deviceFacts(path: string): Promise<DeviceFacts> {
  const name = basename(path)
  const text = async (file: string) =>
    (await readFile(`/sys/class/block/${name}/${file}`, 'utf8').catch(() => '')).trim()
  const mounts = await readFile('/proc/self/mountinfo', 'utf8')
  const mounted = mounts.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const device = after.split(' ')[1] ?? ''
    return device === path || (device.startsWith(path) && /^p?\d+$/.test(device.slice(path.length)))
      ? [{ device, at: before.split(' ')[4] ?? '' }]
      : []
  })
  return { model: await text('device/model'), sizeBytes: Number(await text('size')) * 512, mounted }
}

/** A whole disk as a source: read only, and only after it was asked for by name a second time. */
export async function blockDevice(path: string, confirmed: boolean): Promise<SourceDisk> {
  const real = await realpath(path)
  const facts = await deviceFacts(real)
  if (!confirmed)
    throw new RefusedError({
      code: 'invalid',
      title: `${real} is a whole disk of this computer`,
      evidence: `${facts.model || 'unknown model'}, ${(facts.sizeBytes / 1e9).toFixed(1)} GB${
        facts.mounted.length > 0
          ? `, in use at ${facts.mounted
              .map(({ at }) => at)
              .join(', ')
              .slice(0, 80)}`
          : ''
      }`,
      cause: 'It holds everything of it, also what was deleted. Mounted parts change while they are copied.',
      cure: { text: 'If you mean it, say so; it is only read.', command: '--confirm-device' },
    })
  const handle = await open(real, 'r')
  await handle.close()
  return {
    path: real,
    format: 'raw',
    subformat: undefined,
    virtualBytes: facts.sizeBytes,
    fileBytes: facts.sizeBytes,
    allocatedBytes: facts.sizeBytes,
    files: [real],
    isDevice: true,
    chain: [{ path: real, format: 'raw', virtualBytes: facts.sizeBytes, fileBytes: facts.sizeBytes }],
  }
}
