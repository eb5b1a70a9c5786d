import { describe, expect, it, vi } from 'vitest'

import { type App } from '../../../../main/api/app.ts'
import { createFakeApp, fakeMachine } from '../../../fakes/fake-app.ts'
import { startCli } from './cli-run.ts'

const at = '2026-01-02T03:04:05.000Z'
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

async function attached(args: readonly string[], options: { readonly terminal?: boolean } = {}) {
  const app = createFakeApp()
  const running = { ...fakeMachine('starter', 'Starter'), state: { kind: 'running', pid: 1, since: at } } as const
  const shown: App = {
    ...app,
    dispatch: async (name, params, given) => {
      if (name === 'vm.list') return { ok: true, value: [running] }
      if (name !== 'vm.show') return app.dispatch(name, params, given)
      return { ok: true, value: { entry: { ...running, state: { kind: 'stopped' } }, folder: '/' } }
    },
  }
  const cli = startCli(shown, args, options)
  await vi.waitFor(() => expect(app.consoles).toHaveLength(1))
  const [console] = app.consoles
  if (console === undefined) throw new Error('no console was opened')
  return { cli, console }
}

describe('console on a terminal', () => {
  it('sends what is typed up to Ctrl-], then leaves the terminal as it was', async () => {
    const { cli, console } = await attached(['console', 'starter'], { terminal: true })
    expect(cli.rawModes).toEqual([true])
    cli.stdin.write('ls\r\u0003\u001dxx')
    expect(await cli.exitCode).toBe(0)
    expect(console.sent).toContainEqual({ kind: 'write', bytes: Buffer.from('ls\r\u0003') })
    expect(console.sent).toContainEqual({ kind: 'resize', cols: 60, rows: 20 })
    expect(console.isOpen).toBe(false)
    expect(cli.rawModes).toEqual([true, false])
    expect(cli.out()).toContain('\u001b[?25h')
    expect(cli.err()).toContain('leave with Ctrl-]')
    expect(cli.closed()).toBe(1)
  })

  it('shows old output without the questions in it and tells answers from typing', async () => {
    const { cli, console } = await attached(['console', 'starter'], { terminal: true })
    console.emit({ kind: 'data', bytes: bytes('old\u001b[6n\u001b[31mred\u001b[c'), replay: true })
    console.emit({ kind: 'data', bytes: bytes('new\u001b[6n'), replay: false })
    cli.stdin.write('a\u001b[3;7Rb')
    await vi.waitFor(() => expect(console.sent).toContainEqual({ kind: 'ack', bytes: 7 }))
    expect(cli.out()).toContain('old\u001b[31mred')
    expect(cli.out()).toContain('new\u001b[6n')
    expect(cli.out()).not.toContain('old\u001b[6n')
    expect(console.sent).toContainEqual({ kind: 'ack', bytes: 18 })
    expect(console.sent).toContainEqual({ kind: 'reply', bytes: Buffer.from('\u001b[3;7R') })
    cli.stdin.write('\u001d')
    await cli.exitCode
  })

  it('is undone by a signal, too', async () => {
    const { cli } = await attached(['console', 'starter'], { terminal: true })
    cli.abort()
    expect(await cli.exitCode).toBe(130)
    expect(cli.rawModes).toEqual([true, false])
  })
})

describe('console in a pipe', () => {
  it('passes bytes as they are and ends with the machine', async () => {
    const { cli, console } = await attached(['console', 'starter'])
    cli.stdin.write('uname\n\u001d')
    await vi.waitFor(() => expect(console.sent).toContainEqual({ kind: 'write', bytes: Buffer.from('uname\n\u001d') }))
    console.emit({ kind: 'data', bytes: bytes('\u00ff\u0000x'), replay: false })
    console.emit({ kind: 'marker', marker: { kind: 'power-off', at, text: 'Powered off' }, replay: false })
    console.emit({ kind: 'idle', reason: 'the machine is off' })
    expect(await cli.exitCode).toBe(0)
    expect(cli.out()).toBe('uname\n\u001d\u00ff\u0000x')
    expect(cli.err()).toBe('petri: Starter is stopped\n')
  })

  it('leaves out history with --no-history, and still counts it as seen', async () => {
    const { cli, console } = await attached(['console', 'starter', '--no-history'])
    console.emit({ kind: 'data', bytes: bytes('old'), replay: true })
    await vi.waitFor(() => expect(console.sent).toContainEqual({ kind: 'ack', bytes: 3 }))
    console.emit({ kind: 'idle', reason: 'off' })
    await cli.exitCode
    expect(cli.out()).toBe('')
  })

  it('refuses a port that the machine lacks', async () => {
    const cli = startCli(createFakeApp(), ['console', 'starter', '--port', '2'])
    expect(await cli.exitCode).toBe(2)
    expect(cli.err()).toContain('has 1 serial port')
  })
})
