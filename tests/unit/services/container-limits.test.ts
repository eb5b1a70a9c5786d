import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { findLimits } from '../../../main/services/container/find-limits.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NOTHING = { refused: undefined, inScope: false }
const ALL = ['cgroup.procs', 'memory.max', 'pids.max', 'cpu.max']

/** A host whose control groups are a folder of this test. */
async function host(root: string, controllers: string) {
  const service = join(root, 'user.slice/user-1000.slice/user@1000.service')
  await mkdir(service, { recursive: true })
  await mkdir(join(root, 'run/systemd/private'), { recursive: true })
  await writeFile(join(root, 'cgroup.controllers'), 'cpu memory pids\n')
  await writeFile(join(service, 'cgroup.controllers'), `${controllers}\n`)
  return {
    ...{ uid: 1000, groups: root, ownGroup: '/app.scope', runtimeFolder: join(root, 'run'), hasSystemdRun: true },
    tryGroup: async (): Promise<readonly string[]> => ['cgroup.procs', 'memory.pressure'],
  }
}

it('sets limits in its own group where that hands controllers down', async () => {
  await using folder = await temporaryFolder()
  const facts = await host(folder.path, 'cpu memory pids')
  expect(await findLimits({ ...facts, tryGroup: async () => ALL })).toEqual(NOTHING)
})

it('asks systemd for a scope where its own group hands nothing down', async () => {
  await using folder = await temporaryFolder()
  const facts = await host(folder.path, 'cpu memory pids')
  expect(await findLimits(facts)).toEqual({ refused: undefined, inScope: true })
  const denied = async () => await Promise.reject(new Error('EACCES'))
  expect(await findLimits({ ...facts, tryGroup: denied })).toEqual({ refused: undefined, inScope: true })
})

it('says why there are none', async () => {
  await using folder = await temporaryFolder()
  const facts = await host(folder.path, 'memory pids')
  const why = async (change: Partial<typeof facts>) => (await findLimits({ ...facts, ...change })).refused
  expect(await why({})).toBe('the controllers cpu are not handed down to this user.')
  expect(await why({ hasSystemdRun: false })).toMatch(/no systemd of this user/)
  expect(await why({ runtimeFolder: join(folder.path, 'none') })).toMatch(/\/app.scope hands nothing down/)
  expect(await why({ groups: join(folder.path, 'none') })).toMatch(/version 1/)
})
