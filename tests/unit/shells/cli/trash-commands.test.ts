import { describe, expect, it } from 'vitest'

import type { CallOutcome } from '#contract/api'
import type { TrashedVm } from '#contract/vm-calls'
import type { App } from '../../../../main/api/app.ts'
import { createFakeApp } from '../../../fakes/fake-app.ts'
import { startCli } from './cli-run.ts'

const trashed = (trashId: string, name: string): TrashedVm => ({
  trashId,
  id: trashId.slice(0, -9),
  name,
  deletedAt: '2026-03-02T09:30:00.000Z',
  sizeBytes: 1024 ** 2,
  neededBy: [],
})
const twins = [trashed('web-00000001', 'Web'), trashed('web-00000002', 'Web'), trashed('lab-00000003', 'Lab\u001b[2J')]

async function run(args: readonly string[], machines: readonly TrashedVm[] = twins) {
  const fake = createFakeApp(['Web'])
  const asked: { name: string; params: unknown }[] = []
  const answers: Readonly<Record<string, unknown>> = {
    'vm.trash.list': machines,
    'vm.trash.empty': { removed: 2, freedBytes: 2 * 1024 ** 2 },
    'vm.restore': { id: 'web' },
    'vm.tag': { tags: ['lab'] },
  }
  const app: App = {
    ...fake,
    dispatch: async (name, params, options): Promise<CallOutcome> => {
      if (!(name in answers)) return await fake.dispatch(name, params, options)
      if (name !== 'vm.trash.list') asked.push({ name, params })
      return { ok: true, value: answers[name] }
    },
  }
  const cli = startCli(app, args)
  const exitCode = await cli.exitCode
  return { exitCode, out: cli.out(), err: cli.err(), asked }
}

describe('petri trash', () => {
  it('lists names without what a terminal would obey', async () => {
    const { out } = await run(['trash', 'list'])
    expect(out).toMatch(/^NAME +TRASH ID +DELETED \(UTC\) +SIZE\nWeb +web-00000001 +2026-03-02 09:30 +1\.0 MiB\n/)
    expect(out).not.toContain('\u001b')
    expect(JSON.parse((await run(['trash', 'list', '--json'])).out)).toEqual(twins)
    expect((await run(['trash', 'list'], [])).out).toBe('The trash is empty.\n')
  })

  it.each([['lab'], ['lab-00000003']])('restores %s', async (wanted) => {
    const { asked, exitCode } = await run(['trash', 'restore', wanted])
    expect({ asked, exitCode }).toEqual({
      asked: [{ name: 'vm.restore', params: { trashId: 'lab-00000003' } }],
      exitCode: 0,
    })
  })

  it('refuses a name that two machines in the trash have, and one that none has', async () => {
    const twice = await run(['trash', 'restore', 'Web'])
    expect(twice).toMatchObject({ exitCode: 2, asked: [] })
    expect(twice.err).toContain('web-00000001, web-00000002')
    expect(await run(['trash', 'restore', 'We'])).toMatchObject({ exitCode: 3, asked: [] })
  })

  it('empties all or what is named, and never without being asked twice', async () => {
    expect((await run(['trash', 'empty', '--yes'])).asked).toEqual([{ name: 'vm.trash.empty', params: {} }])
    const { asked, out } = await run(['trash', 'empty', 'lab', 'web-00000001', '--json'])
    expect(asked).toEqual([{ name: 'vm.trash.empty', params: { trashIds: ['lab-00000003', 'web-00000001'] } }])
    expect(JSON.parse(out)).toEqual({ removed: 2, freedBytes: 2 * 1024 ** 2 })
    expect(await run(['trash', 'empty'])).toMatchObject({ exitCode: 2, asked: [] })
    expect(await run(['trash', 'empty', 'nope', '--yes'])).toMatchObject({ exitCode: 3, asked: [] })
  })
})

describe('petri tag', () => {
  it('adds and takes off in one call', async () => {
    const { asked, out } = await run(['tag', 'Web', 'lab', 'arm', '--remove', 'old'])
    expect(asked).toEqual([{ name: 'vm.tag', params: { id: 'web', add: ['lab', 'arm'], remove: ['old'] } }])
    expect(out).toBe('Web: lab\n')
  })
})
