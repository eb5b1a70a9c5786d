import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { identifyProcess } from '../../main/system/process/process-identity.ts'
import { localPetri } from '../support/local-petri.ts'
import { talk, waitForOutput } from '../support/serial-talk.ts'

it('lets the guest mount folders of this host, and change only those that it may', async () => {
  await using petri = await localPetri()
  const [readable, writable] = [join(petri.home, 'to, read'), join(petri.home, 'out')]
  for (const folder of [readable, writable]) await mkdir(folder)
  await writeFile(join(readable, 'hello'), 'from-the-host\n')

  const read = await petri.call('share.add', { id: 'starter', path: readable })
  const write = await petri.call('share.add', { id: 'starter', path: writable, readOnly: false })
  expect([read.name, write.name]).toEqual(['to-read', 'out'])
  expect(await petri.refused('share.add', { id: 'starter', path: join(petri.home, 'data') })).toMatchObject({
    code: 'invalid',
    problems: [{ code: 'share-of-petri' }],
  })
  await mkdir(join(petri.home, '.keys'))
  const hidden = { id: 'starter', path: join(petri.home, '.keys'), name: 'keys' }
  expect((await petri.refused('share.add', hidden)).evidence).toContain('hidden')
  await petri.call('share.add', { ...hidden, consent: true })

  await petri.call('vm.start', { id: 'starter' })
  await waitForOutput(petri.app, 'starter', 'root@starter', 90_000)
  const say = async (line: string, answer: string) => await talk(petri.app, 'starter', line, answer, 20_000)
  await say(`${read.mountCommand} && cat /mnt/to-read/hello`, '\r\nfrom-the-host')
  await say('touch /mnt/to-read/more || echo only-to-$((1))read', '\r\nonly-to-1read')
  await say(`${write.mountCommand} && cd /mnt/out && echo mounted-$((1))`, '\r\nmounted-1')
  await say('echo from-the-guest > file && ln -s /etc/passwd link && echo wrote-$((1))', '\r\nwrote-1')
  expect(await readFile(join(writable, 'file'), 'utf8')).toBe('from-the-guest\n')
  // What is a link inside is an ordinary file here: nobody on the host is led anywhere by a guest.
  expect((await stat(join(writable, 'link'))).isFile()).toBe(true)
  expect(await readFile(join(writable, 'link'), 'utf8')).toBe('/etc/passwd')

  expect((await petri.refused('share.remove', { id: 'starter', name: 'out' })).problems?.[0]?.code).toBe('needs-off')
  await petri.call('vm.powerOff', { id: 'starter' })
  await petri.call('share.remove', { id: 'starter', name: 'out' })
  expect((await petri.call('share.list', { id: 'starter' })).folders.map(({ id }) => id)).toEqual(['to-read', 'keys'])
}, 150_000)

/** QEMU 7.2's virtiofsd needs ids of its user's own; other hosts share over 9p. */
const canVirtiofs =
  existsSync('/usr/lib/qemu/virtiofsd') &&
  existsSync('/usr/bin/newuidmap') &&
  readFileSync('/etc/subuid', 'utf8')
    .split('\n')
    .some((line) => line.startsWith(`${userInfo().username}:`))

it.skipIf(!canVirtiofs)(
  'shares over virtiofs, across an end of Petri, and leaves nothing running',
  async () => {
    await using petri = await localPetri()
    const folder = join(petri.home, 'out')
    await mkdir(folder)
    await writeFile(join(folder, 'hello'), 'from-the-host\n')
    const shared = await petri.call('share.add', { id: 'starter', path: folder, readOnly: false, driver: 'virtiofs' })
    await petri.call('vm.start', { id: 'starter' })
    await waitForOutput(petri.app, 'starter', 'root@starter', 90_000)
    const say = async (line: string, answer: string) => await talk(petri.app, 'starter', line, answer, 20_000)
    await say(`${shared.mountCommand} && cat /mnt/out/hello`, '\r\nfrom-the-host')
    const record = join(petri.home, 'runtime', 'vm', 'starter', 'live.json')
    const pid = Number(/"share-out":\{"pid":(\d+)/.exec(await readFile(record, 'utf8'))?.[1])
    await petri.restart(async () => {})
    await petri.reaches('starter', 'running')
    await say('echo from-the-guest > /mnt/out/file && echo wrote-$((1))', '\r\nwrote-1')
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('from-the-guest\n')
    expect((await stat(join(folder, 'file'))).uid).toBe(userInfo().uid)
    expect(identifyProcess(pid)).toBeDefined()
    await petri.call('vm.powerOff', { id: 'starter' })
    // Its zombie may stand in /proc for a moment longer.
    expect(identifyProcess(pid)).toBeUndefined()
  },
  150_000,
)
