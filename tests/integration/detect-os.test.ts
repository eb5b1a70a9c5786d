import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { inspectMedium } from '../../main/services/os/inspect-medium.ts'
import { RefusedError } from '../../main/services/refused-error.ts'
import { installerIsos, makeInstallerIso } from '../fixtures/installer-isos.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const run = promisify(execFile)

describe('detecting the system on a CD image', () => {
  let cache = ''
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'petri-'))
  })
  afterAll(async () => await rm(cache, { recursive: true, force: true }))

  it.each(installerIsos)('knows $volume', async (installer) => {
    await using folder = await temporaryFolder()
    const iso = join(folder.path, 'installer.iso')
    await makeInstallerIso(iso, installer)
    const { volume, name, architecture } = installer
    const medium = await inspectMedium(iso, cache)
    expect(medium).toMatchObject({ kind: 'iso', volumeId: volume, os: { name: expect.stringMatching(name) } })
    if (architecture !== undefined) expect(medium).toMatchObject({ os: { architecture } })
  })

  it('says what is wrong with what is no image, and waits on nothing', async () => {
    await using folder = await temporaryFolder()
    const at = (name: string) => join(folder.path, name)
    await writeFile(at('empty.iso'), '')
    await writeFile(at('page.iso'), '\n<!DOCTYPE html><html>404</html>')
    await run('mkfifo', [at('pipe.iso')])
    const words = async (path: string) =>
      await inspectMedium(path, cache).then(
        () => 'accepted',
        (error: unknown) =>
          error instanceof RefusedError ? error.message.replace(`${folder.path}/`, '') : String(error),
      )
    expect(await words(at('empty.iso'))).toBe('empty.iso is empty (0 bytes)')
    expect(await words(at('page.iso'))).toBe('page.iso is a web page, not an image')
    expect(await words(at('pipe.iso'))).toBe('pipe.iso is a FIFO, not a file')
    expect(await words(folder.path)).toContain('is a folder')
    expect(await words(at('none.iso'))).toBe('none.iso does not exist')
    expect(await words('relative.iso')).toBe('relative.iso is not a whole path')
    const huge = await words(at('x'.repeat(5000)))
    expect(huge).toContain('has a name longer than a file can have')
    expect(huge.length).toBeLessThan(400)
  })

  it('warns of an image that is cut off, and tells disks and kernels apart', async () => {
    await using folder = await temporaryFolder()
    const iso = join(folder.path, 'cut.iso')
    await mkdir(join(folder.path, 'content'))
    await writeFile(join(folder.path, 'content', 'big'), Buffer.alloc(2_000_000, 1))
    await run('xorriso', ['-as', 'mkisofs', '-quiet', '-V', 'ARCH_202411', '-o', iso, join(folder.path, 'content')])
    await using file = await open(iso, 'r+')
    await file.truncate(500_000)
    expect(await inspectMedium(iso, cache)).toMatchObject({ warning: expect.stringContaining('cut off') })

    const disk = join(folder.path, 'disk')
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '1M'])
    expect(await inspectMedium(disk, cache)).toMatchObject({ kind: 'disk', format: 'qcow2' })
    const kernel = join(folder.path, 'vmlinuz')
    await writeFile(kernel, Buffer.concat([Buffer.alloc(0x202), Buffer.from('HdrS'), Buffer.alloc(1000)]))
    expect(await inspectMedium(kernel, cache)).toMatchObject({ kind: 'kernel', architecture: 'x86_64' })
  })
})
