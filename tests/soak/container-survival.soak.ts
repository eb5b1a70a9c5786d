import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

import { type PetriOwner, startOwner } from '../support/petri-owner.ts'
import { rootFileSystem } from '../support/root-file-system.ts'
import { soakSize } from './soak-size.ts'

const { containers, kills } = soakSize({ short: { containers: 3, kills: 2 }, full: { containers: 10, kills: 20 } })

it(`${containers} containers live through ${kills} crashes of the app and are found again`, async () => {
  const home = await mkdtemp(join(tmpdir(), 'petri-survival-'))
  let owner = await startOwner(home)
  const ids: string[] = []
  try {
    for (let index = 0; index < containers; index++) ids.push(await make(owner, `box-${index}`))
    const pids = new Map<string, number>()
    for (const id of ids) {
      await owner.call('container.exec', { id, argv: ['sh', '-c', 'echo kept > /root/kept'] })
      pids.set(id, await pidOf(owner, id))
    }
    let survived = 0
    for (let round = 0; round < kills; round++) {
      await owner.kill()
      owner = await startOwner(home)
      for (const id of ids) {
        expect(await pidOf(owner, id)).toBe(pids.get(id))
        const answer = await owner.call('container.exec', { id, argv: ['cat', '/root/kept'] })
        expect(answer).toMatchObject({ exitCode: 0, stdout: 'kept\n' })
        survived++
      }
    }
    expect(survived).toBe(containers * kills)
    console.log(`${survived} of ${containers * kills} kept their process 1 and answered`)
  } finally {
    for (const id of ids) await owner.call('container.stop', { id, deadlineMs: 0 }).catch(() => undefined)
    await owner.kill()
    await promisify(execFile)('unshare', ['--user', '--map-root-user', '--map-auto', 'rm', '-rf', home])
  }
}, 1_800_000)

async function make(owner: PetriOwner, name: string): Promise<string> {
  const source = { kind: 'file', path: rootFileSystem('armhf') } as const
  const draft = { name, architecture: 'armhf', source, network: 'none' } as const
  const ended = new Promise<string>((resolve, reject) => {
    const end = owner.app.subscribe((event) => {
      if (event.kind !== 'job.changed' || event.job.kind !== 'container.create') return
      const { state } = event.job
      if (state.kind === 'failed') reject(new Error(JSON.stringify(state.failure)))
      if (state.kind !== 'done') return
      end()
      resolve(name)
    })
  })
  const answer = await owner.call('container.create', { draft })
  return answer.id ?? (await ended)
}

async function pidOf(owner: PetriOwner, id: string): Promise<number> {
  const found = (await owner.call('container.list', {})).find((entry) => entry.id === id)
  if (found?.state.kind === 'running') return found.state.pid
  throw new Error(`${id} is ${found?.state.kind ?? 'gone'}`)
}
