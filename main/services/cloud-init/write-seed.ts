import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { CloudInit } from '#contract/cloud-init'
import { cloudConfig } from '../../domain/cloud-init/cloud-config.ts'
import { seedFile } from '../../domain/cloud-init/with-seed.ts'
import { syncFile } from '../../system/files/write-durable-file.ts'
import { isoMaker } from './iso-maker.ts'
import { runSandboxed } from '../qemu/run-sandboxed.ts'

/** cloud-init finds the CD by this volume name. */
const VOLUME_NAME = 'cidata'
const LIMIT_MS = 30_000

/** Makes the cloud-init CD in a machine's folder, readable by its owner alone: it holds a password's hash. */
export async function writeSeed(
  folder: string,
  wish: Omit<CloudInit, 'password'>,
  instanceId: string,
  signal: AbortSignal,
): Promise<void> {
  const maker = await isoMaker()
  const { stringify } = await import('yaml')
  const { userData, metaData } = cloudConfig(wish, instanceId)
  const content = join(folder, '.seed')
  const partial = join(folder, `${seedFile}.partial`)
  try {
    await mkdir(content, { mode: 0o700 })
    await writeFile(join(content, 'user-data'), `#cloud-config\n${stringify(userData, { lineWidth: 0 })}`, {
      mode: 0o600,
    })
    await writeFile(join(content, 'meta-data'), stringify(metaData, { lineWidth: 0 }), { mode: 0o600 })
    // Without -graft-points or an -r rewriting rights, the files stay as they are; the guest reads them as root.
    const options = ['-quiet', '-volid', VOLUME_NAME, '-joliet', '-rock', '-output', partial, content]
    await runSandboxed(
      [...maker, ...options],
      { readOnly: [], writableFolder: folder },
      { signal, timeoutMs: LIMIT_MS },
    )
    await chmod(partial, 0o600)
    await syncFile(partial)
    await rename(partial, join(folder, seedFile))
  } finally {
    await rm(content, { recursive: true, force: true })
    await rm(partial, { force: true })
  }
}
