import { describe, expect, it } from 'vitest'

import { createFakeApp } from '../../../fakes/fake-app.ts'
import { startCli } from './cli-run.ts'

/** What a command asks the owner for, besides finding the machine. */
async function asks(args: readonly string[]) {
  const app = createFakeApp(['Web'])
  const exitCode = await startCli(app, args).exitCode
  return { exitCode, calls: app.calls.filter(({ name }) => name !== 'vm.list') }
}

describe('commands that change a running machine', () => {
  it.each([
    [
      ['forward', 'add', 'Web', '8080:80'],
      'forward.add',
      { id: 'web', forward: { protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 } },
    ],
    [['forward', 'remove', 'Web', 'udp:5353'], 'forward.remove', { id: 'web', protocol: 'udp', hostPort: 5353 }],
    [['forward', 'remove', 'Web', 'tcp:8080:80'], 'forward.remove', { id: 'web', protocol: 'tcp', hostPort: 8080 }],
    [
      ['forward', 'remove', 'Web', '127.0.0.1:8080:80'],
      'forward.remove',
      { id: 'web', protocol: 'tcp', hostPort: 8080 },
    ],
    [['forward', 'list', 'Web'], 'forward.list', { id: 'web' }],
    [
      ['media', 'insert', 'Web', '/a.iso', '--drive', 'cd1'],
      'media.insert',
      { id: 'web', drive: 'cd1', path: '/a.iso' },
    ],
    [['media', 'eject', 'Web', '--force'], 'media.eject', { id: 'web', force: true }],
    [['balloon', 'Web', '1G'], 'memory.target', { id: 'web', memoryMiB: 1024 }],
    [['balloon', 'Web', 'all'], 'memory.target', { id: 'web', memoryMiB: null }],
  ])('%j', async (args, name, params) => {
    expect((await asks(args)).calls[0]).toEqual({ name, params })
  })

  it.each([
    [['forward', 'add', 'Web', '80']],
    [['forward', 'remove', 'Web', '99999']],
    [['balloon', 'Web', 'some']],
    [['set', 'Web', '--new-disk', 'data']],
  ])('%j is refused before anything is asked', async (args) => {
    expect(await asks(args)).toEqual({ exitCode: 2, calls: [] })
  })
})
