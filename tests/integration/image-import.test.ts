import { execFile } from 'node:child_process'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

import type { CallParams } from '#contract/api'
import { bootSectorDisk } from '../fixtures/bad-servers.ts'
import { qcow2Disk, sha256 } from '../fixtures/streams-tree.ts'
import { type LocalPetri, localPetri } from '../support/local-petri.ts'

const run = promisify(execFile)

/** Imports a file and waits for the job's end. */
async function imported(petri: LocalPetri, wish: CallParams<'image.import'>) {
  const { jobId } = await petri.call('image.import', wish)
  return new Promise<Awaited<ReturnType<typeof show>>['job']['state']>((resolve, reject) => {
    const look = async () => {
      const { state } = (await show()).job
      if (state.kind !== 'queued' && state.kind !== 'running') {
        end()
        resolve(state)
      }
    }
    const end = petri.app.subscribe((event) => {
      if (event.kind === 'job.changed' && event.job.id === jobId) look().catch(reject)
    })
    look().catch(reject)
  })
  function show() {
    return petri.call('job.show', { id: jobId })
  }
}

describe('importing a file', () => {
  it('copies it, says what it is, and keeps it for whoever uses it', async () => {
    await using petri = await localPetri()
    const image = bootSectorDisk(3_000_000)
    const path = join(petri.home, 'my disk.img')
    await writeFile(path, image)
    const state = await imported(petri, { path, architecture: 'x86_64', sha256: sha256(image) })
    const stored = join(petri.home, 'data/images/sha256', sha256(image))
    expect(state).toMatchObject({
      kind: 'done',
      result: {
        digest: sha256(image),
        path: stored,
        format: 'raw',
        kind: 'disk',
        architecture: 'amd64',
        vmArchitecture: 'x86_64',
        trust: 'pinned',
      },
    })

    // One machine uses it as it is; another one has a disk of its own above it; a third is in the trash.
    const draft = { name: 'Direct', architecture: 'x86_64', memoryMiB: 64 } as const
    const disk = { id: 'disk0', format: 'raw', bus: 'virtio', readOnly: true } as const
    await petri.call('vm.create', { draft: { ...draft, disks: [{ ...disk, path: stored }] } })
    const layered = await petri.call('vm.create', { draft: { ...draft, name: 'Layered' } })
    const trashed = await petri.call('vm.create', {
      draft: { ...draft, name: 'Trashed', disks: [{ ...disk, path: stored }] },
    })
    const folder = join(petri.home, 'data/machines', layered.id, 'disks')
    await mkdir(folder)
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', stored, '-F', 'raw', join(folder, 'top.qcow2')])
    await petri.call('vm.delete', { id: trashed.id })

    const list = await petri.call('image.list', {})
    expect(list.stored[0]?.usedBy.map(({ name }) => name.replace(/-[0-9a-f]{8} /, ' ')).toSorted()).toEqual([
      'Direct',
      'Layered',
      'trashed (in the trash)',
    ])
    expect((await petri.refused('image.remove', { digest: sha256(image) })).code).toBe('in-use')
    expect(await petri.call('image.prune', {})).toEqual({ removed: [], freedBytes: 0 })
  })

  it('refuses what is no image, each for its own reason, and leaves nothing', async () => {
    await using petri = await localPetri()
    const at = (name: string) => join(petri.home, name)
    await writeFile(at('empty.iso'), '')
    await writeFile(at('page.iso'), '<!doctype html><title>Not found</title>')
    await writeFile(at('text.img'), 'text '.repeat(500))
    await writeFile(at('other.img'), bootSectorDisk(4096))
    await writeFile(at('base.img'), bootSectorDisk(4096))
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', at('base.img'), '-F', 'raw', at('layer.qcow2')])
    await run('mkfifo', [at('pipe')])
    await symlink(at('nowhere'), at('broken'))
    const reasons: Record<string, string> = {}
    for (const name of ['empty.iso', 'page.iso', 'text.img', 'layer.qcow2', 'pipe', 'data', 'broken']) {
      const state = await imported(petri, { path: at(name) })
      reasons[name] = state.kind === 'failed' ? `${state.failure.code}: ${state.failure.evidence ?? ''}` : state.kind
    }
    expect(reasons).toMatchObject({
      'empty.iso': expect.stringContaining('is empty'),
      'page.iso': expect.stringContaining('is a web page'),
      'text.img': expect.stringContaining('is neither a disk image'),
      'layer.qcow2': expect.stringContaining('needs another file'),
      pipe: expect.stringContaining('a pipe'),
      data: expect.stringContaining('a folder'),
      broken: expect.stringContaining('not-found'),
    })
    const wrong = await imported(petri, { path: at('other.img'), sha256: '0'.repeat(64) })
    expect(wrong).toMatchObject({ kind: 'failed', failure: { title: 'The file has another digest than you named' } })
    expect((await petri.call('image.list', {})).stored).toEqual([])
    expect(await petri.call('image.prune', { dryRun: true })).toEqual({ removed: [], freedBytes: 0 })
  })

  it('does not list what was damaged in the store, and clears it away', async () => {
    await using petri = await localPetri()
    const path = join(petri.home, 'disk.qcow2')
    await writeFile(path, qcow2Disk('one'))
    const state = await imported(petri, { path })
    const stored = state.kind === 'done' ? String(state.result['path']) : ''
    await rename(stored, `${stored}.moved`)
    expect((await petri.call('image.list', {})).stored).toEqual([])
    const pruned = await petri.call('image.prune', {})
    expect(pruned.removed).toEqual([])
    expect(pruned.freedBytes).toBeGreaterThan(70_000)
  })
})
