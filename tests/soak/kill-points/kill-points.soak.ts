import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import type { App } from '../../../main/api/app.ts'
import { openPetri } from '../../../main/api/open-petri.ts'
import { runCommand } from '../../../main/system/process/run-command.ts'
import type { ReachPoint } from '../../../main/services/vm/reach.ts'
import { type VmDetail, vmDetailSchema } from '#contract/vm-state'
import { buildScript } from '../../support/build-script.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { soakSize } from '../soak-size.ts'

const kills = soakSize({ short: 2, full: 36 })
const points: readonly ReachPoint[] = [
  'create.folder-made',
  'create.files-made',
  'create.spec-written',
  'create.renamed',
  'create.synced',
  'save.written',
  'save.synced',
  'save.renamed',
  'start.planned',
  'start.recorded',
  'start.launched',
  'start.identified',
  'start.attached',
  'start.continued',
]
const UUID = /-uuid\0([0-9a-f-]{36})/

let script = ''
beforeAll(async () => {
  const folder = await temporaryFolder()
  script = await buildScript('tests/soak/kill-points/dying-owner.ts', folder.path)
})

describe(`${kills} kills at each of ${points.length} points leave the state before or the state after`, () => {
  it.each(points)(
    '%s',
    async (point) => {
      await using home = await temporaryFolder()
      await withOwner(home.path, async (app) => {
        const draft = { name: 'Subject', architecture: 'x86_64', memoryMiB: 64 }
        expect(await app.dispatch('vm.create', { draft })).toMatchObject({ ok: true })
      })
      const action = point.slice(0, point.indexOf('.'))
      for (let count = 0; count < kills; count++) {
        const child = spawn(process.execPath, [script, home.path, action, point], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const said = child.stdout.toArray()
        const [, signal] = await once(child, 'exit')
        expect({ signal, said: Buffer.concat(await said).toString() }).toEqual({ signal: 'SIGKILL', said: '' })
        await withOwner(home.path, async (app) => await checks[action]?.(app, home.path))
      }
    },
    900_000,
  )
})

const checks: Readonly<Record<string, (app: App, home: string) => Promise<void>>> = {
  async create(app, home) {
    const machines = await readdir(join(home, 'data', 'machines'))
    expect(machines.filter((name) => name.startsWith('.'))).toEqual([])
    if (!machines.includes('created')) return
    const { entry, folder } = await show(app, 'created')
    expect(entry.kind).toBe('machine')
    await runCommand(['qemu-img', 'check', '-q', '-f', 'qcow2', join(folder, 'root.qcow2')])
    expect(await app.dispatch('vm.delete', { id: 'created' })).toMatchObject({ ok: true })
  },
  async save(app, home) {
    const { entry } = await show(app, 'subject')
    expect(entry).toMatchObject({ kind: 'machine', name: expect.stringMatching(/^(Subject|Renamed)$/) })
    const halfWritten = async () => {
      const files = await readdir(join(home, 'data', 'machines', 'subject'))
      return files.filter((name) => name.endsWith('.tmp'))
    }
    await expect.poll(halfWritten).toEqual([])
    expect(await app.dispatch('vm.rename', { id: 'subject', name: 'Subject' })).toMatchObject({ ok: true })
  },
  async start(app) {
    // A start that was cut off is brought to its end, or is found to have none.
    await expect
      .poll(async () => (await show(app, 'subject')).entry.state.kind, { timeout: 10_000 })
      .toMatch(/^(stopped|running)$/)
    const { entry, spec } = await show(app, 'subject')
    const processes = await qemusOf(spec?.uuid ?? '')
    if (entry.state.kind === 'stopped') return expect(processes).toEqual([])
    expect(processes).toHaveLength(1)
    expect(await app.dispatch('vm.powerOff', { id: 'subject' })).toMatchObject({ ok: true })
    expect((await show(app, 'subject')).entry.state.kind).toBe('stopped')
    expect(await qemusOf(spec?.uuid ?? '')).toEqual([])
  },
}

async function withOwner(home: string, use: (app: App) => Promise<void>): Promise<void> {
  const opened = await openPetri({ shell: 'cli', env: { PETRI_HOME: home }, version: 'test' })
  if (opened.kind !== 'owner') throw new Error('the killed owner still has the folder')
  try {
    await use(opened.app)
  } finally {
    await opened.app[Symbol.asyncDispose]()
  }
}

async function show(app: App, id: string): Promise<VmDetail> {
  const outcome = await app.dispatch('vm.show', { id })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure))
  return vmDetailSchema.parse(outcome.value)
}

/** Pids of the QEMUs (not of the bwrap around them) that run with this machine's UUID. */
async function qemusOf(uuid: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.startsWith('/usr/bin/qemu-system') && UUID.exec(command)?.[1] === uuid) found.push(pid)
  }
  return found
}
