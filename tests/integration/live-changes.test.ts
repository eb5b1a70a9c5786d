import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openQmp } from '../../main/services/qemu/qmp-client.ts'
import { connectUnixChannel } from '../../main/system/socket/unix-channel.ts'
import type { VmSpec } from '#contract/vm-spec'
import { localPetri, type LocalPetri } from '../support/local-petri.ts'
import { talk, waitForOutput } from '../support/serial-talk.ts'

const BOOT_LIMIT_MS = 90_000
const ANSWER_LIMIT_MS = 20_000
const MIB = 1024 * 1024

describe('a running machine', () => {
  it('takes disks, discs, ports and memory, keeps them in its description, and gives them back', async () => {
    await using petri = await localPetri()
    const empty = await specOf(petri, 'starter')
    await petri.call('vm.update', { spec: { ...empty, cdroms: [{ id: 'cd0', path: null, bus: 'sata' }] } })
    await petri.call('vm.start', { id: 'starter' })
    await waitForOutput(petri.app, 'starter', 'root@starter', BOOT_LIMIT_MS)
    const say = async (line: string, answer: string) => await talk(petri.app, 'starter', line, answer, ANSWER_LIMIT_MS)

    // A disk that is made for it, used, and taken out.
    const data = { id: 'data', path: 'data.qcow2', format: 'qcow2', bus: 'virtio' } as const
    const disk = { ...data, cache: 'writeback', discard: 'unmap', readOnly: false } as const
    const before = await specOf(petri, 'starter')
    await petri.call('vm.update', { spec: { ...before, disks: [disk] }, newDisks: { data: 48 * MIB } })
    await say('until [ -b /dev/vda ]; do sleep 1; done; echo "size $(cat /sys/block/vda/size)"', `size ${96 * 1024}`)
    await say('echo kept | dd of=/dev/vda conv=fsync; sync; echo wrote-$?', 'wrote-0')
    expect((await petri.refused('vm.suspend', { id: 'starter' })).code).toBe('conflict')
    expect((await specOf(petri, 'starter')).disks).toEqual([disk])
    await petri.call('vm.update', { spec: before })
    await say('while [ -b /dev/vda ]; do sleep 1; done; echo disk-is-gone', '\r\ndisk-is-gone')
    expect(await specOf(petri, 'starter')).toEqual(before)

    // A disc, seen by the guest, then another in its place, then none.
    const disc = join(petri.home, 'a,b.iso')
    await writeFile(disc, 'first disc'.padEnd(64 * 1024, '.'))
    await petri.call('media.insert', { id: 'starter', path: disc })
    await say('until head -c 10 /dev/sr0 2>/dev/null; do sleep 1; done; echo', 'first disc')
    await writeFile(join(petri.home, 'second.iso'), 'other disc'.padEnd(64 * 1024, '.'))
    await petri.call('media.insert', { id: 'starter', drive: 'cd0', path: join(petri.home, 'second.iso') })
    await say('until head -c 10 /dev/sr0 2>/dev/null | grep other; do sleep 1; done', 'other disc')
    expect((await specOf(petri, 'starter')).cdroms[0]?.path).toBe(join(petri.home, 'second.iso'))
    expect((await petri.refused('media.insert', { id: 'starter', drive: 'cd0', path: '/nowhere' })).code).toBe(
      'invalid',
    )
    await petri.call('media.eject', { id: 'starter' })
    await say('head -c 1 /dev/sr0 >/dev/null 2>&1 || echo no-disc', '\r\nno-disc')

    // Memory, as the guest counts it.
    await petri.call('memory.target', { id: 'starter', memoryMiB: 160 })
    await say('until grep -q "MemFree: *[0-9]\\{5\\} k" /proc/meminfo; do sleep 1; done; echo less', '\r\nless')
    expect((await specOf(petri, 'starter')).memoryTargetMiB).toBe(160)
    await petri.call('memory.target', { id: 'starter', memoryMiB: null })
    expect((await specOf(petri, 'starter')).memoryTargetMiB).toBeUndefined()

    // A second card.
    const withoutCard = await specOf(petri, 'starter')
    const second: VmSpec['networks'][number] = {
      id: 'second',
      model: 'virtio',
      backend: { kind: 'user', restrict: true, forwards: [] },
    }
    await petri.call('vm.update', { spec: { ...withoutCard, networks: [...withoutCard.networks, second] } })
    await say('until [ -d /sys/class/net/eth1 ]; do sleep 1; done; echo two-cards', '\r\ntwo-cards')
    await petri.call('vm.update', { spec: withoutCard })
    expect(await readdir(join(petri.home, 'runtime', 'vm', 'starter', 'run'))).not.toContainEqual(
      expect.stringContaining('drive-'),
    )
  }, 240_000)

  it('opens a port that reaches the guest, names who holds a taken one, and closes it', async () => {
    await using petri = await localPetri()
    await petri.call('vm.start', { id: 'starter' })
    await waitForOutput(petri.app, 'starter', 'root@starter', BOOT_LIMIT_MS)
    const hostPort = await freePort()
    await petri.call('forward.add', { id: 'starter', forward: { protocol: 'tcp', hostPort, guestPort: 7777 } })
    const listed = await petri.call('forward.list', { id: 'starter' })
    expect(listed.forwards).toMatchObject([{ network: 'lan', hostAddress: '127.0.0.1', hostPort, state: 'open' }])
    await talk(
      petri.app,
      'starter',
      '(while :; do echo from-the-guest | nc -l -p 7777; done) & echo ready',
      '\r\nready',
      20_000,
    )
    expect(await read(hostPort)).toContain('from-the-guest')

    await using held = await heldPort()
    const taken = await petri.refused('forward.add', {
      id: 'starter',
      forward: { protocol: 'tcp', hostPort: held.port, guestPort: 22 },
    })
    expect(taken).toMatchObject({ code: 'in-use', evidence: expect.stringContaining(String(process.pid)) })
    expect((await petri.call('forward.list', { id: 'starter' })).forwards).toHaveLength(1)

    await petri.restart(async () => {})
    await petri.reaches('starter', 'running')
    expect((await petri.call('forward.list', { id: 'starter' })).forwards).toMatchObject([{ hostPort, state: 'open' }])
    await petri.call('forward.remove', { id: 'starter', protocol: 'tcp', hostPort })
    await expect(read(hostPort)).rejects.toThrow('ECONNREFUSED')
    expect((await specOf(petri, 'starter')).networks[0]?.backend).toMatchObject({ forwards: [] })
  }, 180_000)

  it('refuses what needs it to be off, and a disk that somebody else writes, and stays as it was', async () => {
    await using petri = await localPetri()
    const draft = { name: 'Idle', architecture: 'x86_64', memoryMiB: 64 } as const
    const { id } = await petri.call('vm.create', { draft })
    await petri.call('vm.start', { id })
    const spec = await specOf(petri, id)
    const failure = await petri.refused('vm.update', {
      spec: { ...spec, memoryMiB: 128, cpu: { ...spec.cpu, cores: 2 } },
    })
    expect(failure.problems?.map(({ field, code }) => [field, code])).toEqual([
      ['cpu.cores', 'needs-off'],
      ['memoryMiB', 'needs-off'],
    ])
    const path = join(petri.home, 'busy.raw')
    await writeFile(path, Buffer.alloc(MIB))
    const writer = spawn('sh', ['-c', `exec 3<>'${path}'; echo open; read line`], { stdio: ['pipe', 'pipe', 'ignore'] })
    await once(writer.stdout, 'data')
    const disk = { id: 'd', path, format: 'raw', bus: 'virtio' } as const
    const full = { ...disk, cache: 'writeback', discard: 'unmap', readOnly: false } as const
    const busy = await petri.refused('vm.update', { spec: { ...spec, disks: [full] } })
    expect(busy).toMatchObject({ code: 'in-use', evidence: expect.stringContaining(String(writer.pid)) })
    writer.stdin.end('\n')
    await once(writer, 'exit')
    expect(await specOf(petri, id)).toEqual(spec)
    await petri.call('vm.update', { spec: { ...spec, disks: [full], notes: 'now it is free' } })
    expect(await specOf(petri, id)).toMatchObject({ disks: [full], notes: 'now it is free' })
  })

  it('ends with everything that served it', async () => {
    await using petri = await localPetri()
    const { id } = await petri.call('vm.create', { draft: { name: 'Idle', architecture: 'x86_64', memoryMiB: 64 } })
    await petri.call('vm.start', { id })
    const spec = await specOf(petri, id)
    const data = { id: 'data', path: 'data.qcow2', format: 'qcow2', bus: 'virtio' } as const
    const disk = { ...data, cache: 'writeback', discard: 'unmap', readOnly: false } as const
    await petri.call('vm.update', { spec: { ...spec, disks: [disk] }, newDisks: { data: MIB } })
    await petri.restart(async () => {})
    await petri.call('vm.powerOff', { id })
    // Started at once: the disk is in its argv now, and nobody else holds it any more.
    await petri.call('vm.start', { id })
    expect(await petri.state(id)).toMatchObject({ kind: 'running' })
  })
})

it('finds out what became of a change that it was making when it ended', async () => {
  await using petri = await localPetri()
  const ports = [await freePort(), await freePort()]
  const forwards = ports.map((hostPort) => ({
    protocol: 'tcp' as const,
    hostAddress: '127.0.0.1',
    hostPort,
    guestPort: 22,
  }))
  const backend = { kind: 'user' as const, forwards }
  const draft = { name: 'Idle', architecture: 'x86_64' as const, memoryMiB: 64 }
  const { id } = await petri.call('vm.create', {
    draft: { ...draft, networks: [{ id: 'lan', model: 'virtio', backend }] },
  })
  await petri.call('vm.start', { id })
  const runtime = join(petri.home, 'runtime', 'vm', id)
  const began = async (place: number) => {
    const pending = { kind: 'remove-forward', network: 'lan', forward: forwards[place] }
    await writeFile(
      join(runtime, 'live.json'),
      JSON.stringify({ version: 1, devicesChanged: false, servers: {}, pending }),
    )
  }
  const portsKept = async () => (await petri.call('forward.list', { id })).forwards.map(({ hostPort }) => hostPort)

  // It had not happened yet: nothing has changed.
  await petri.restart(async () => await began(0))
  await petri.reaches(id, 'running')
  await expect.poll(async () => await readFile(join(runtime, 'live.json'), 'utf8')).not.toContain('pending')
  expect(await portsKept()).toEqual(ports)

  // It had happened, and nobody had lived to write it down.
  await petri.restart(async () => {
    await began(1)
    const spare = (await readdir(join(runtime, 'run'))).find((name) => name.startsWith('qmp-spare'))
    const qmp = await openQmp(await connectUnixChannel(join(runtime, 'run', spare ?? '')))
    await qmp.execute('human-monitor-command', {
      'command-line': `hostfwd_remove net-lan-link tcp:127.0.0.1:${ports[1]}`,
    })
    qmp.close()
  })
  await petri.reaches(id, 'running')
  await expect.poll(portsKept).toEqual([ports[0]])
  expect((await specOf(petri, id)).networks[0]?.backend).toMatchObject({ forwards: [forwards[0]] })
})

async function specOf(petri: LocalPetri, id: string): Promise<VmSpec> {
  const { spec } = await petri.call('vm.show', { id })
  if (!spec) throw new Error(`${id} has no description`)
  return spec
}

async function listening(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return { server, port: typeof address === 'object' ? (address?.port ?? 0) : 0 }
}

async function heldPort(): Promise<AsyncDisposable & { readonly port: number }> {
  const { server, port } = await listening()
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

async function freePort(): Promise<number> {
  await using held = await heldPort()
  return held.port
}

/** Everything that a port says until it hangs up. */
async function read(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes.toString()
    if (text.includes('\n')) socket.end()
  })
  await once(socket, 'close')
  return text
}
