import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

import { findEmulators } from '../../main/services/host/find-emulators.ts'
import { probeKvm } from '../../main/services/host/probe-kvm.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { fakeKernel } from './fake-kernel.ts'

const starterKernel = fileURLToPath(new URL('../../dist/starter/x86_64/vmlinuz', import.meta.url))

/** The proof itself, with the accelerator that works everywhere. */
async function proveWith(kernel: (folder: string) => Promise<string>, kernelLimitMs: number) {
  await using folder = await temporaryFolder()
  const { x86_64: emulator } = await findEmulators(folder.path)
  return await probeKvm({
    architecture: 'x86_64',
    emulator,
    cacheFolder: folder.path,
    kernelPath: await kernel(folder.path),
    accelerator: 'tcg',
    kernelLimitMs,
  })
}

describe('probeKvm', () => {
  it('takes a Linux kernel that runs for a proof', async () => {
    expect(await proveWith(() => Promise.resolve(starterKernel), 60_000)).toEqual({
      usable: true,
      reason: 'KVM runs guests on this host (a Linux kernel ran in one)',
    })
  }, 90_000)

  it('takes no accelerator for proven under which simple code runs and a kernel hangs', async () => {
    const hung = async (folder: string) => {
      const path = join(folder, 'vmlinuz')
      await writeFile(path, fakeKernel('x86_64'))
      return path
    }
    expect(await proveWith(hung, 1_500)).toMatchObject({
      usable: false,
      reason: expect.stringContaining('simple code runs, but a Linux kernel hangs'),
    })
  }, 30_000)
})
