import { access, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { emptyTrash, listTrash } from '../../../../main/services/vm/trash.ts'
import { vmFolders } from '../../../../main/services/vm/vm-folders.ts'
import { openVmLibrary } from '../../../../main/services/vm/vm-library.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const at = '2026-03-02T09:30:00.000Z'

async function emptyHome() {
  const folder = await temporaryFolder()
  const below = (name: string) => join(folder.path, name)
  const folders = vmFolders({
    data: below('data'),
    cache: below('cache'),
    state: below('state'),
    runtime: below('runtime'),
  })
  const library = await openVmLibrary(folders, () => {})
  /** A deleted machine with a disk of so many KiB. */
  const put = async (trashId: string, note: string | undefined, kib = 4) => {
    await mkdir(join(folders.trash, trashId))
    await writeFile(join(folders.trash, trashId, 'disk.img'), Buffer.alloc(kib * 1024, 1))
    if (note !== undefined) await writeFile(join(folders.trash, `${trashId}.json`), note)
  }
  const putLog = async (id: string) => {
    await mkdir(folders.state(id), { recursive: true })
    await writeFile(join(folders.state(id), 'serial-0.log'), 'said')
  }
  return { folders, library, put, putLog, [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose]() }
}

const noteOf = (id: string, name: string, deletedAt = at) => JSON.stringify({ id, name, at: deletedAt })
const exists = async (path: string) =>
  await access(path).then(
    () => true,
    () => false,
  )

describe('the trash', () => {
  it('lists what is in it, newest first, with the space that it takes', async () => {
    await using home = await emptyHome()
    await home.put('old-00000001', noteOf('old', 'Old one', '2026-01-01T00:00:00.000Z'))
    await home.put('web-00000002', noteOf('web', 'Web'), 64)
    expect(await listTrash(home)).toEqual([
      { trashId: 'web-00000002', id: 'web', name: 'Web', deletedAt: at, sizeBytes: 64 * 1024, neededBy: [] },
      expect.objectContaining({ trashId: 'old-00000001', name: 'Old one' }),
    ])
  })

  it('does not hide a machine whose note is damaged or lost', async () => {
    await using home = await emptyHome()
    await home.put('web-00000001', '{"id":')
    await home.put('old-web-00000002', undefined)
    expect((await listTrash(home)).map(({ id }) => id).toSorted()).toEqual(['old-web', 'web'])
  })

  it('shows nothing of a machine that never got there', async () => {
    await using home = await emptyHome()
    await writeFile(join(home.folders.trash, 'web-00000001.json'), noteOf('web', 'Web'))
    expect(await listTrash(home)).toEqual([])
  })

  it('deletes the machines that are named, with their logs, and no other', async () => {
    await using home = await emptyHome()
    await home.put('web-00000001', noteOf('web', 'Web'), 8)
    await home.put('old-00000002', noteOf('old', 'Old'))
    await home.putLog('web')
    await home.putLog('old')
    expect(await emptyTrash(home, ['web-00000001', '../../machines'])).toEqual({ removed: 1, freedBytes: 8 * 1024 })
    expect((await readdir(home.folders.trash)).toSorted()).toEqual(['old-00000002', 'old-00000002.json'])
    expect([await exists(home.folders.state('web')), await exists(home.folders.state('old'))]).toEqual([false, true])
  })

  it('keeps the logs of a machine that is there again, or deleted once more', async () => {
    await using home = await emptyHome()
    await home.put('web-00000001', noteOf('web', 'Web'))
    await home.put('web-00000002', noteOf('web', 'Web'))
    await home.putLog('web')
    await emptyTrash(home, ['web-00000001'])
    expect(await exists(home.folders.state('web'))).toBe(true)
    await emptyTrash(home, undefined)
    expect(await exists(home.folders.state('web'))).toBe(false)
  })

  it('neither lists nor leaves what an interrupted deletion left', async () => {
    await using home = await emptyHome()
    await home.put('.gone-web-00000001', undefined)
    expect(await listTrash(home)).toEqual([])
    await emptyTrash(home, [])
    expect(await readdir(home.folders.trash)).toEqual([])
  })
})
