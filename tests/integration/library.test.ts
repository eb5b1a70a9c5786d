import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readdir, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'

import { describe, expect, it, vi } from 'vitest'

import type { VmDraftInput } from '#contract/vm-spec'
import { localPetri } from '../support/local-petri.ts'
import { endedJob } from '../support/run-job.ts'

const idle: VmDraftInput = { name: 'Idle', architecture: 'x86_64', memoryMiB: 64 }
const disk = { id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' } as const

describe('machines that start with Petri', () => {
  it('are started one after the other, and what cannot start is named', async () => {
    await using petri = await localPetri()
    const good = await petri.call('vm.create', { draft: { ...idle, autostart: true } })
    const never = await petri.call('vm.create', { draft: { ...idle, name: 'Later' } })
    const job = await endedJob(petri.app, 'vm.autostart', {})
    expect(job.state).toMatchObject({ kind: 'done', result: { started: 1 } })
    expect(await petri.state(good.id)).toMatchObject({ kind: 'running' })
    expect(await petri.state(never.id)).toEqual({ kind: 'stopped' })
    expect(await petri.call('vm.autostart', {})).toEqual({})

    const broken = { ...idle, name: 'Broken', autostart: true, disks: [disk] }
    const { id } = await petri.call('vm.create', { draft: broken, newDisks: { root: 1024 ** 2 } })
    await rm(join(petri.home, 'data', 'machines', id, 'root.qcow2'))
    await petri.call('vm.powerOff', { id: good.id })
    const partly = await endedJob(petri.app, 'vm.autostart', {})
    expect(partly.state).toMatchObject({
      kind: 'failed',
      failure: { title: expect.stringContaining('1 of 2'), evidence: expect.stringContaining('Broken') },
    })
    expect(await petri.state(good.id)).toMatchObject({ kind: 'running' })
  })
})

describe('what is deleted', () => {
  it('is listed, comes back whole under its id, and is gone when the trash is emptied', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: { ...idle, disks: [disk] }, newDisks: { root: 1024 ** 2 } })
    await petri.call('vm.tag', { id, add: ['lab', 'arm'] })
    expect(await petri.call('vm.tag', { id, add: ['lab'], remove: ['arm'] })).toEqual({ tags: ['lab'] })
    const { trashId } = await petri.call('vm.delete', { id })
    expect(await petri.call('vm.trash.list', {})).toMatchObject([{ trashId, id, name: 'Idle' }])
    // Two at once: one of them finds it gone, neither a half.
    const both = await Promise.all([
      petri.app.dispatch('vm.restore', { trashId }),
      petri.app.dispatch('vm.restore', { trashId }),
    ])
    expect(both.map(({ ok }) => ok)).toEqual([true, false])
    const { spec } = await petri.call('vm.show', { id })
    expect(spec).toMatchObject({ tags: ['lab'], disks: [disk] })
    await petri.call('vm.delete', { id })
    expect(await petri.call('vm.trash.empty', {})).toMatchObject({ removed: 1 })
    expect(await readdir(join(petri.home, 'data', 'trash'))).toEqual([])
    expect(await petri.refused('vm.restore', { trashId })).toMatchObject({ code: 'not-found' })
  })
})

describe('the command of a machine', () => {
  it('is compared with that of the last start', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: idle })
    expect(await petri.call('vm.commandDiff', { id })).toEqual({ options: [] })
    await petri.call('vm.start', { id })
    const changed = async () => {
      const { options } = await petri.call('vm.commandDiff', { id })
      return options.filter(({ kind }) => kind !== 'same').map(({ args, kind }) => [kind, ...args])
    }
    expect(await changed()).toEqual([])
    await petri.call('vm.powerOff', { id })
    expect(await changed()).toEqual([])
    const { spec } = await petri.call('vm.show', { id })
    if (spec) await petri.call('vm.update', { spec: { ...spec, rtc: 'localtime' } })
    expect(await changed()).toEqual([
      ['removed', '-rtc', expect.stringContaining('utc')],
      ['added', '-rtc', expect.stringContaining('localtime')],
    ])
  })

  it('boots it as a script, too, without Petri', async () => {
    await using petri = await localPetri()
    const { script } = await petri.call('vm.script', { id: 'starter' })
    const [monitor = '', serial = ''] = [...script.matchAll(/UNIX-CONNECT:(\S+)/g)].map(([, path]) => path)
    const shell = spawn('sh', ['-s'], { stdio: ['pipe', 'ignore', 'ignore'] })
    const closed = once(shell, 'close')
    shell.stdin.end(script)
    await vi.waitFor(async () => await access(serial), { timeout: 20_000, interval: 20 })
    try {
      let said = ''
      for await (const chunk of createConnection(serial)) {
        said += String(chunk)
        if (said.includes('root@starter')) break
      }
      expect(said).toContain('root@starter')
    } finally {
      createConnection(monitor).end('{"execute":"qmp_capabilities"}{"execute":"quit"}').resume()
      await closed
    }
  }, 120_000)
})
