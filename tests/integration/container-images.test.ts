import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'

import { pack } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { writeOciImage } from '../support/oci-image.ts'
import { openPetriApp, type PetriApp } from '../support/petri-app.ts'
import { smallRoot } from '../support/small-root.ts'

const run = promisify(execFile)
type Member = Parameters<ReturnType<typeof pack>['entry']>[0] & { readonly content?: string }

describe('root file systems of every kind become containers', () => {
  let home = ''
  let tar = ''
  let root = ''
  let petri: PetriApp
  let count = 0

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'petri-kinds-'))
    ;({ tar, root } = await smallRoot(home))
    petri = await openPetriApp(join(home, 'petri'))
  }, 60_000)

  afterAll(async () => {
    for (const { id, state } of await petri.call('container.list', {}))
      if (state.kind !== 'stopped') await petri.call('container.stop', { id, deadlineMs: 0 })
    await petri[Symbol.asyncDispose]()
    await run('unshare', ['--user', '--map-root-user', '--map-auto', 'rm', '-rf', home])
  }, 60_000)

  /** Makes a container; the job's end with the folder of its root file system. */
  const make = async (
    source: { kind: 'file'; path: string } | { kind: 'oci'; reference: string },
    architecture: 'armhf' | 'arm64' = 'armhf',
  ) => {
    const name = `box-${count++}`
    const { jobId } = await petri.call('container.create', { draft: { name, architecture, source, network: 'none' } })
    const { state } = await petri.jobEnd(jobId ?? '')
    if (state.kind !== 'done') return { name, state, fs: '' }
    return { name, state, fs: join(home, 'petri/data/layers', String(state.result['baseId']), 'fs') }
  }
  const tarOf = async (name: string, members: readonly Member[]): Promise<string> => {
    const archive = pack()
    for (const { content, ...header } of members) archive.entry(header, content ?? '')
    archive.finalize()
    await writeFile(join(home, name), await buffer(archive))
    return join(home, name)
  }
  const exec = async (id: string, ...argv: readonly string[]) =>
    (await petri.call('container.exec', { id, argv: [...argv] })).stdout

  it('a squashfs image, its devices and pipes left out', async () => {
    await mkdir(join(root, 'odd [1]'))
    await run('mkfifo', [join(root, 'odd [1]', 'a*b')])
    await writeFile(join(root, 'odd [1]', 'axb'), 'kept')
    const path = join(home, 'root.squashfs')
    const device = ['-p', 'etc/disk b 660 0 6 8 0']
    await run('mksquashfs', [root, path, '-quiet', '-no-progress', '-all-root', ...device])
    const { name, state, fs } = await make({ kind: 'file', path })
    expect(state).toMatchObject({ kind: 'done' })
    expect((await readdir(join(fs, 'odd [1]'))).toSorted()).toEqual(['axb'])
    expect(await exec(name, 'uname', '-m')).toBe('armv7l\n')
    const bases = await petri.call('container.bases', {})
    expect(bases.at(0)?.leftOut).toEqual(['1 device files: the container makes its own', '1 named pipes'])
  })

  it('a damaged squashfs image, which leaves nothing behind', async () => {
    const bytes = await readFile(join(home, 'root.squashfs'))
    bytes.fill(0x55, 2_000, bytes.length - 4_000)
    await writeFile(join(home, 'damaged.squashfs'), bytes)
    const { state } = await make({ kind: 'file', path: join(home, 'damaged.squashfs') })
    expect(state).toMatchObject({ kind: 'failed', failure: { code: 'invalid' } })
    expect((await readdir(join(home, 'petri/data/layers'))).filter((name) => name.startsWith('.new-'))).toEqual([])
  })

  it('a tar file: only what is in /dev itself, and devices anywhere, are left out', async () => {
    const extra = await tarOf('extra.tar', [
      { name: './usr/include/dev/keep.h', content: 'kept' },
      { name: './dev/null', type: 'character-device', devmajor: 1, devminor: 3 },
      { name: './var/device', type: 'block-device', devmajor: 8, devminor: 0 },
    ])
    const path = join(home, 'both.tar')
    await run('cp', [tar, path])
    await run('tar', ['--concatenate', '-f', path, extra])
    const { fs } = await make({ kind: 'file', path })
    expect(await readFile(join(fs, 'usr/include/dev/keep.h'), 'utf8')).toBe('kept')
    expect(await readdir(join(fs, 'dev')).catch(() => [])).toEqual([])
    expect(await readdir(join(fs, 'var')).catch(() => [])).toEqual([])
  })

  it('an image in layers: later ones hide, replace and empty what earlier ones hold', async () => {
    const lower = await tarOf('lower.tar', [
      { name: 'etc/gone', content: 'x' },
      { name: 'etc/kept', content: 'old' },
      { name: 'full/a', content: 'a' },
      { name: 'full/b', content: 'b' },
      { name: 'way', type: 'symlink', linkname: '/etc' },
    ])
    const upper = await tarOf('upper.tar', [
      { name: 'etc/.wh.gone', content: '' },
      { name: 'etc/kept', content: 'new' },
      { name: 'full/.wh..wh..opq', content: '' },
      { name: 'full/c', content: 'c' },
      { name: 'fresh/.wh..wh..opq', content: '' },
      { name: 'way/.wh.passwd', content: '' },
    ])
    const nothing = await tarOf('nothing.tar', [])
    await writeOciImage(join(home, 'image'), [tar, lower, nothing, upper])
    await run('skopeo', ['--insecure-policy', 'copy', `oci:${home}/image`, `oci-archive:${home}/image.tar`])
    await run('skopeo', ['--insecure-policy', 'copy', `oci:${home}/image`, `docker-archive:${home}/docker.tar`])
    for (const reference of [
      `oci-archive:${home}/image.tar`,
      `docker-archive:${home}/docker.tar`,
      `oci:${home}/image`,
    ]) {
      const { name, fs } = await make({ kind: 'oci', reference })
      expect((await readdir(join(fs, 'etc'))).toSorted()).toEqual(['kept', 'passwd'])
      expect(await readFile(join(fs, 'etc/kept'), 'utf8')).toBe('new')
      expect(await readdir(join(fs, 'full'))).toEqual(['c'])
      if (reference.startsWith('oci:')) expect(await exec(name, 'uname', '-m')).toBe('armv7l\n')
    }
  }, 60_000)

  it.each([
    ['leads out', '../../.wh.canary', /leads out/],
    ['takes away the folder itself', 'etc/.wh..', /no name/],
    ['takes away what lies above', 'etc/.wh...', /no name/],
  ])('refuses a layer that %s', async (_what, member, words) => {
    const folder = join(home, `hostile-${count}`)
    await writeOciImage(folder, [tar, await tarOf(`hostile-${count}.tar`, [{ name: member, content: '' }])])
    const { state } = await make({ kind: 'oci', reference: `oci:${folder}` })
    expect(state).toMatchObject({ kind: 'failed', failure: { evidence: expect.stringMatching(words) } })
  })

  it('says what an image in layers is when it is given as a root file system, and what is missing', async () => {
    const { state } = await make({ kind: 'file', path: join(home, 'docker.tar') })
    const command = `petri container create NAME --from docker-archive:${home}/docker.tar`
    expect(state).toMatchObject({
      kind: 'failed',
      failure: { title: 'docker.tar is an image in layers', cure: { command } },
    })
    const none = await make({ kind: 'oci', reference: `oci-archive:${tar}` })
    expect(none.state).toMatchObject({
      kind: 'failed',
      failure: { title: expect.stringMatching(/could not be fetched/) },
    })
    const other = await make({ kind: 'oci', reference: `oci:${home}/image` }, 'arm64')
    expect(other.state.kind).toBe('failed')
  })
})
