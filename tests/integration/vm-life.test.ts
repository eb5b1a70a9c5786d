import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { access, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openPetri } from '../../main/api/open-petri.ts'
import type { VmDraftInput } from '#contract/vm-spec'
import type { VmState } from '#contract/vm-state'
import { localPetri } from '../support/local-petri.ts'
import { talk, waitForOutput } from '../support/serial-talk.ts'

const BOOT_LIMIT_MS = 90_000
/** A machine that boots nothing: quick, and enough wherever the guest does not matter. */
const idle: VmDraftInput = { name: 'Idle', architecture: 'x86_64', memoryMiB: 64 }
const rootDisk = { id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' } as const
const withDisk: VmDraftInput = { ...idle, disks: [rootDisk] }

describe('a machine', () => {
  it('starts, pauses, goes on, resets and is powered off, each announced', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: idle })
    await petri.call('vm.start', { id })
    await petri.reaches(id, 'running')
    await petri.call('vm.pause', { id })
    expect(await petri.reaches(id, 'paused')).toMatchObject({ reason: 'user' })
    await petri.call('vm.resume', { id })
    await petri.reaches(id, 'running')
    await petri.call('vm.reset', { id })
    await petri.call('vm.powerOff', { id })
    expect(await petri.state(id)).toMatchObject({ kind: 'stopped', lastExit: { kind: 'powered-off' } })
    expect(await readdir(join(petri.home, 'runtime', 'vm'))).toEqual([])
  })

  it('keeps its memory over a suspend, and forgets the file once it runs again', async () => {
    await using petri = await localPetri()
    await petri.call('vm.start', { id: 'starter' })
    await waitForOutput(petri.app, 'starter', 'root@starter', BOOT_LIMIT_MS)
    await talk(petri.app, 'starter', 'secret=$((40 + 2)); echo is-set', '\r\nis-set', 20_000)
    await petri.call('vm.suspend', { id: 'starter' })
    expect(await petri.state('starter')).toMatchObject({ kind: 'suspended' })
    await petri.call('vm.start', { id: 'starter' })
    await talk(petri.app, 'starter', 'echo secret-is-$secret', 'secret-is-42', 20_000)
    const { folder } = await petri.call('vm.show', { id: 'starter' })
    expect((await readdir(folder)).filter((name) => name.startsWith('suspended'))).toEqual([])
  }, 180_000)

  it('switches itself off when asked, and says so', async () => {
    await using petri = await localPetri()
    await petri.call('vm.start', { id: 'starter' })
    await waitForOutput(petri.app, 'starter', 'root@starter', BOOT_LIMIT_MS)
    await petri.call('vm.shutdown', { id: 'starter' })
    expect(await petri.reaches('starter', 'stopped', 60_000)).toMatchObject({ lastExit: { kind: 'guest-shutdown' } })
  }, 180_000)

  it('asks what to do when the guest ignores the power button', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: idle })
    await petri.call('vm.start', { id })
    await petri.call('vm.shutdown', { id, deadlineMs: 1_000 })
    expect(await petri.state(id)).toMatchObject({ kind: 'stopping' })
    expect(await petri.reaches(id, 'running')).toMatchObject({ shutdownIgnored: true })
  })

  it('says what ended it when something else did', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: idle })
    await petri.call('vm.start', { id })
    process.kill(pidOf(await petri.state(id)), 'SIGKILL')
    const state = await petri.reaches(id, 'stopped')
    expect(state).toMatchObject({ lastExit: { signal: 'SIGKILL', message: expect.stringMatching(/killed|SIGKILL/i) } })
  })

  it('is shown as not answering while its process is stopped, and can still be powered off', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: idle })
    await petri.call('vm.start', { id })
    process.kill(pidOf(await petri.state(id)), 'SIGSTOP')
    expect(await petri.refused('vm.pause', { id })).toMatchObject({ code: 'not-answering' })
    await petri.reaches(id, 'not-answering')
    await petri.call('vm.powerOff', { id })
    expect(await petri.state(id)).toMatchObject({ kind: 'stopped' })
  })

  it('runs in a sandbox: seccomp, no new privileges, no capabilities, no home folder', async () => {
    await using petri = await localPetri()
    await petri.call('vm.start', { id: 'starter' })
    const pid = pidOf(await petri.state('starter'))
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    expect(status).toMatch(/^Seccomp:\t2$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(status).toMatch(new RegExp(`^${set}:\\t0+$`, 'm'))
    const root = `/proc/${pid}/root`
    expect(readdirSync(root)).not.toContain('home')
    expect(readdirSync(root)).not.toContain('root')
    await expect(access(join(root, process.env['HOME'] ?? '/root'))).rejects.toThrow('ENOENT')
    await expect(access(join(root, petri.home))).rejects.toThrow('ENOENT')
  })

  it('runs once in a terminal without a trace', async () => {
    await using petri = await localPetri()
    const { runId } = await petri.call('vm.throwaway', { id: 'starter', cols: 80, rows: 24 })
    let said = ''
    const closed = new Promise<void>((resolve) => {
      const handle = petri.app.openConsole({ kind: 'throwaway', runId }, (frame) => {
        if (frame.kind === 'closed') resolve()
        if (frame.kind !== 'data') return
        handle.send({ kind: 'ack', bytes: frame.bytes.length })
        const before = said.includes('root@starter')
        said += Buffer.from(frame.bytes).toString()
        if (!before && said.includes('root@starter')) handle.send({ kind: 'write', bytes: Buffer.from('poweroff\r') })
      })
    })
    await closed
    await expect.poll(async () => await readdir(join(petri.home, 'cache', 'throwaway'))).toEqual([])
    expect(await petri.state('starter')).toEqual({ kind: 'stopped' })
  }, 120_000)
})

describe('the library', () => {
  it('duplicates a machine with its disk, deletes it and brings it back', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: withDisk, newDisks: { root: 8 * 1024 * 1024 } })
    const copy = await petri.call('vm.duplicate', { id })
    const detail = await petri.call('vm.show', { id: copy.id })
    expect(detail.entry.name).toBe('Idle copy')
    execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', join(detail.folder, 'root.qcow2')])
    const { trashId } = await petri.call('vm.delete', { id: copy.id })
    expect(await petri.refused('vm.show', { id: copy.id })).toMatchObject({ code: 'not-found' })
    expect(await petri.call('vm.restore', { trashId })).toEqual({ id: copy.id })
    expect((await petri.call('vm.show', { id: copy.id })).spec).toEqual(detail.spec)
  })

  it('refuses what cannot be done to a running machine, and loses nothing by it', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: idle })
    await petri.call('vm.start', { id })
    const { spec } = await petri.call('vm.show', { id })
    if (!spec) throw new Error('no spec')
    for (const failure of [
      await petri.refused('vm.start', { id }),
      await petri.refused('vm.delete', { id }),
      await petri.refused('vm.duplicate', { id }),
      await petri.refused('vm.update', { spec: { ...spec, memoryMiB: 128 } }),
    ])
      expect(failure).toMatchObject({ code: 'conflict', title: expect.stringContaining('running') })
    expect((await petri.call('vm.show', { id })).spec).toEqual(spec)
  })

  it('starts a machine once, however often it is asked at the same time', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: idle })
    const outcomes = await Promise.all([1, 2, 3, 4].map(async () => await petri.app.dispatch('vm.start', { id })))
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1)
  })

  it('names every problem of a disk that is none', async () => {
    await using petri = await localPetri()
    const fifo = join(petri.home, 'fifo')
    execFileSync('mkfifo', [fifo])
    const disks = [fifo, petri.home, join(petri.home, 'nothing')].map((path, index) => ({
      id: `d${index}`,
      path,
      format: 'raw' as const,
      bus: 'virtio' as const,
    }))
    const failure = await petri.refused('vm.create', { draft: { ...idle, memoryMiB: 900_000, disks } })
    expect(failure.code).toBe('invalid')
    const fields = failure.problems?.filter(({ severity }) => severity === 'error').map(({ field }) => field)
    expect(fields?.toSorted()).toEqual(['disks[0].path', 'disks[1].path', 'disks[2].path', 'memoryMiB'])
    expect((await petri.call('vm.list', {})).map((entry) => entry.name)).not.toContain('Idle')
  })

  it('shows the command that a running machine was started with, whatever it holds itself', async () => {
    await using petri = await localPetri()
    const forwards = [{ protocol: 'tcp' as const, hostPort: await freePort(), guestPort: 22 }]
    const networks = [{ id: 'lan', model: 'virtio' as const, backend: { kind: 'user' as const, forwards } }]
    const draft = { ...withDisk, networks }
    const { id } = await petri.call('vm.create', { draft, newDisks: { root: 8 * 1024 * 1024 } })
    await petri.call('vm.start', { id })
    const { argv } = await petri.call('vm.command', { id })
    const qemu = argv.slice(argv.indexOf('--') + 1)
    const running = readFileSync(`/proc/${pidOf(await petri.state(id))}/cmdline`, 'utf8')
      .split('\0')
      .slice(0, -1)
    expect(running).toEqual([...qemu, '-S'])
  })

  it('names the machine that holds a disk, and the process that holds a port', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: withDisk, newDisks: { root: 8 * 1024 * 1024 } })
    const disk = join((await petri.call('vm.show', { id })).folder, 'root.qcow2')
    const other = await petri.call('vm.create', {
      draft: { ...withDisk, name: 'Other', disks: [{ ...rootDisk, path: disk }] },
    })
    await petri.call('vm.start', { id })
    const held = await petri.refused('vm.start', { id: other.id })
    expect(held).toMatchObject({ code: 'in-use', evidence: expect.stringContaining('Idle') })

    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const hostPort = typeof address === 'object' ? (address?.port ?? 0) : 0
    const forwards = [{ protocol: 'tcp' as const, hostPort, guestPort: 22 }]
    const networks = [{ id: 'lan', model: 'virtio' as const, backend: { kind: 'user' as const, forwards } }]
    const forwarding = await petri.call('vm.create', { draft: { ...idle, name: 'Forwarding', networks } })
    const taken = await petri.refused('vm.start', { id: forwarding.id })
    expect(taken.problems?.[0]).toMatchObject({
      field: 'networks[0].backend.forwards[0].hostPort',
      message: expect.stringContaining(String(process.pid)),
    })
    server.close()
  })

  it('keeps a damaged machine in sight and its file as it is', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: idle })
    const file = join(petri.home, 'data', 'machines', id, 'machine.json')
    const edited = (await readFile(file, 'utf8')).replace('"memoryMiB": 64', '"memoryMiB": 96')
    await petri.restart(async () => await writeFile(file, edited))
    expect((await petri.call('vm.show', { id })).entry).toMatchObject({ kind: 'damaged', name: 'Idle', file })
    expect(await petri.refused('vm.start', { id })).toMatchObject({ code: 'invalid' })
    expect(await readFile(file, 'utf8')).toBe(edited)
    await petri.call('vm.accept', { id })
    expect((await petri.call('vm.show', { id })).spec).toMatchObject({ memoryMiB: 96 })
  })

  it('has one owner at a time, and tells the second who it is', async () => {
    await using petri = await localPetri()
    const second = await openPetri({ shell: 'cli', env: { PETRI_HOME: petri.home }, version: 'test' })
    expect(second).toMatchObject({ kind: 'owned-elsewhere', owner: { pid: process.pid } })
  })

  it('does not start a machine whose kernel has gone, and says which file', async () => {
    await using petri = await localPetri()
    const { folder } = await petri.call('vm.show', { id: 'starter' })
    await rename(join(folder, 'vmlinuz'), join(folder, 'gone'))
    const failure = await petri.refused('vm.start', { id: 'starter' })
    expect(failure.problems?.[0]).toMatchObject({ field: 'kernel.kernelPath', code: 'file-missing' })
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

function pidOf(state: VmState): number {
  if ('pid' in state) return state.pid
  throw new Error(`the machine is ${state.kind}`)
}
