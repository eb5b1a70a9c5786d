import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { vmDraftSchema } from '#contract/vm-spec'
import { seedStarter } from '../../../../main/services/vm/seed-starter.ts'
import { fakeEntry, fakeMachine } from '../../../fakes/fake-machines.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

test('a Starter that does not fit on the disk is named and tried again; the others come, each once', async () => {
  await using folder = await temporaryFolder()
  for (const architecture of ['x86_64', 'arm']) {
    await mkdir(join(folder.path, 'starters', architecture), { recursive: true })
    const manifest = JSON.stringify({ architecture, commandLine: 'console=ttyS0' })
    await writeFile(join(folder.path, 'starters', architecture, 'manifest.json'), manifest)
  }
  let room = false
  const made: string[] = []
  const service = {
    list: () => made.map((name) => fakeEntry(fakeMachine('starter', { name, architecture: 'arm', memoryMiB: 64 }))),
    create: async (draft: unknown) => {
      const { name } = vmDraftSchema.parse(draft)
      if (!room && name === 'Starter') throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      made.push(name)
      return name
    },
  }
  const notes = join(folder.path, 'data', 'seeded.json')
  const seed = async () => await seedStarter(service, join(folder.path, 'starters'), notes)

  expect(await seed()).toMatchObject([{ name: 'Starter', error: { code: 'ENOSPC' } }])
  expect(made).toEqual(['Starter (armhf)'])
  room = true
  expect(await seed()).toEqual([])
  expect(made).toEqual(['Starter (armhf)', 'Starter'])
  expect(JSON.parse(await readFile(notes, 'utf8'))).toEqual(['arm', 'x86_64'])

  // Without the note, as when it no longer fitted beside the machines.
  await writeFile(notes, 'no list')
  expect(await seed()).toEqual([])
  expect(made).toHaveLength(2)
})
