import { describe, expect, it } from 'vitest'

import { createFakeApp } from '../../../fakes/fake-app.ts'
import { startCli } from './cli-run.ts'

async function asks(args: readonly string[]) {
  const app = createFakeApp(['Web'])
  const exitCode = await startCli(app, args).exitCode
  return { exitCode, calls: app.calls.filter(({ name }) => name !== 'vm.list') }
}

describe('commands for the screen', () => {
  it.each([
    [['screenshot', 'Web', '-o', '/nowhere/x.png'], 'vm.screenshot', { id: 'web' }],
    [['screenshot', 'Web', '/nowhere/x.png'], 'vm.screenshot', { id: 'web' }],
    [['type', 'Web', 'ls -l', '--enter'], 'vm.type', { id: 'web', text: 'ls -l\n' }],
    [['send-key', 'Web', 'ctrl-alt-delete'], 'vm.sendKeys', { id: 'web', keys: ['ctrl', 'alt', 'delete'] }],
    [['send-key', 'Web', 'alt+sysrq+b'], 'vm.sendKeys', { id: 'web', keys: ['alt', 'sysrq', 'b'] }],
  ])('%j', async (args, name, params) => {
    expect((await asks(args)).calls[0]).toEqual({ name, params })
  })
})
