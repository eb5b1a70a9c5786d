import { describe, expect, it, vi } from 'vitest'

import { type App } from '../../../../main/api/app.ts'
import { createFakeApp, fakeMachine } from '../../../fakes/fake-app.ts'
import { startCli } from './cli-run.ts'

async function run(app: App, args: readonly string[]) {
  const cli = startCli(app, args)
  const exitCode = await cli.exitCode
  return { exitCode, out: cli.out(), err: cli.err(), closed: cli.closed() }
}

describe('list', () => {
  it('prints the stable form for programs', async () => {
    const { exitCode, out, closed } = await run(createFakeApp(['Starter']), ['list', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toEqual([
      { id: 'starter', name: 'Starter', state: 'stopped', detail: 'stopped', arch: 'x86_64', accelerator: 'tcg' },
    ])
    expect(closed).toBe(1)
  })

  it('says what to do when there is nothing', async () => {
    expect((await run(createFakeApp([]), ['list'])).out).toContain('petri create')
  })
})

describe('failures', () => {
  it('end with the exit code of their kind and name a cure', async () => {
    const { exitCode, err, closed } = await run(createFakeApp(['Starter', 'Web']), ['show', 'We'])
    expect(exitCode).toBe(3)
    expect(err).toBe(
      'petri: There is no machine called "We"\n  Near it are: "Web"\n  See which there are:\n    petri list\n',
    )
    expect(closed).toBe(1)
  })

  it('are one line of JSON on standard error with --json', async () => {
    const { exitCode, out, err } = await run(createFakeApp(), ['show', 'nope', '--json'])
    expect(exitCode).toBe(3)
    expect(out).toBe('')
    expect(JSON.parse(err)).toMatchObject({ failure: { code: 'not-found' } })
  })

  it('of the command line itself end with 2', async () => {
    expect(await run(createFakeApp(), ['lits'])).toMatchObject({ exitCode: 2, out: '' })
    expect(await run(createFakeApp(), ['create', 'x', '--memory', 'much'])).toMatchObject({ exitCode: 2 })
    const { err } = await run(createFakeApp(), ['stop', '--json'])
    expect(JSON.parse(err.trim().split('\n').at(-1) ?? '')).toMatchObject({ failure: { code: 'bad-request' } })
  })

  it('do not touch the app when a description is wrong', async () => {
    const app = createFakeApp()
    const { exitCode, err } = await run(app, ['create', ' x ', '--memory', '8', '--machine', '-x'])
    expect(exitCode).toBe(6)
    expect(err).toContain('name')
    expect(err).toContain('memoryMiB')
    expect(err).toContain('machineType')
    expect(app.calls).toEqual([])
  })
})

describe('start and stop', () => {
  it('return when the machine is there', async () => {
    const app = createFakeApp()
    const shown = showing(app, [{ kind: 'running', pid: 4711, since: at }])
    const { exitCode, out } = await run(shown, ['start', 'starter'])
    expect(exitCode).toBe(0)
    expect(out).toBe('Starter is running (process 4711, There is no /dev/kvm)\n')
    expect(app.subscribers).toBe(0)
  })

  it('say why a machine ended instead, with the words of QEMU', async () => {
    const app = createFakeApp()
    const lastExit = { kind: 'failed-to-start', message: 'QEMU ended.', stderrTail: 'qemu: no such thing', at } as const
    const shown = showing(app, [{ kind: 'stopped', lastExit }])
    const { exitCode, err } = await run(shown, ['start', 'starter'])
    expect(exitCode).toBe(1)
    expect(err).toContain('QEMU ended.')
    expect(err).toContain('| qemu: no such thing')
  })

  it('end with 7 when the guest ignores the power button', async () => {
    const app = createFakeApp()
    const ignored = { kind: 'running', pid: 1, since: at, shutdownIgnored: true } as const
    const shown = showing(app, [ignored])
    const { exitCode, err } = await run(shown, ['stop', 'starter', '--timeout', '1'])
    expect(exitCode).toBe(7)
    expect(err).toContain('petri stop starter --force')
  })

  it('wait for the event of the wanted state', async () => {
    const app = createFakeApp()
    const stopping = { kind: 'stopping', pid: 1, deadline: at } as const
    const shown = showing(app, [stopping])
    const cli = startCli(shown, ['stop', 'starter'])
    await vi.waitFor(() => expect(app.subscribers).toBe(1))
    app.announce({ kind: 'vm.changed', entry: { ...fakeMachine('other', 'Other'), state: { kind: 'stopped' } } })
    app.announce({ kind: 'vm.changed', entry: { ...fakeMachine('starter', 'Starter'), state: { kind: 'stopped' } } })
    expect(await cli.exitCode).toBe(0)
    expect(cli.out()).toBe('Starter is stopped\n')
  })

  it('end with 5 when the owner goes away, and with 130 on a signal', async () => {
    const app = createFakeApp()
    const shown = showing(app, [{ kind: 'starting', since: at }])
    const lost = startCli(shown, ['start', 'starter'])
    await vi.waitFor(() => expect(app.subscribers).toBe(1))
    lost.loseOwner()
    expect(await lost.exitCode).toBe(5)

    const aborted = startCli(shown, ['start', 'starter'])
    await vi.waitFor(() => expect(app.subscribers).toBe(1))
    aborted.abort()
    expect(await aborted.exitCode).toBe(130)
  })
})

describe('delete', () => {
  it.each([[['delete', 'starter']], [['delete', 'starter', '--yes']]])('asks nothing: %j', async (args) => {
    const app = createFakeApp()
    await run(app, args)
    expect(app.calls.map(({ name }) => name)).toEqual(['vm.list', 'vm.delete'])
  })
})

const at = '2026-01-02T03:04:05.000Z'

type State = ReturnType<typeof fakeMachine>['state']

/** The app, but every call is accepted, and `vm.show` tells the next of these states, the last one for ever. */
function showing(app: App, states: readonly State[]): App {
  const left = [...states]
  return {
    ...app,
    dispatch: async (name, params, options) => {
      if (name === 'vm.list') return app.dispatch(name, params, options)
      if (name !== 'vm.show') return { ok: true, value: {} }
      const state = (left.length > 1 ? left.shift() : left[0]) ?? { kind: 'stopped' as const }
      return { ok: true, value: { entry: { ...fakeMachine('starter', 'Starter'), state }, folder: '/data' } }
    },
  }
}

describe('argv', () => {
  const startedAt = '2026-03-02T09:30:00.000Z'
  const asked = async (args: readonly string[], value: unknown) => {
    const app = createFakeApp()
    const calls: string[] = []
    const answering: App = {
      ...app,
      dispatch: async (name, params, options) => {
        if (name === 'vm.list') return await app.dispatch(name, params, options)
        calls.push(name)
        return { ok: true, value }
      },
    }
    const { exitCode, out } = await run(answering, ['argv', 'starter', ...args])
    return { exitCode, out, calls }
  }

  it('prints what has changed since the last start, and nothing that a terminal would obey', async () => {
    const options = [
      { kind: 'same', args: ['-smp', '1'] },
      { kind: 'removed', args: ['-m', '256'] },
      { kind: 'added', args: ['-m', '512\u001b[2J'] },
    ]
    const { calls, out } = await asked(['--diff'], { startedAt, options })
    expect(calls).toEqual(['vm.commandDiff'])
    expect(out).toMatch(/^Since the last start \(2026-03-02 09:30:00 UTC\):\n- -m 256\n\+ -m 512.*\n$/)
    expect(out).not.toContain('\u001b')
    expect((await asked(['--diff'], { startedAt, options: options.slice(0, 1) })).out).toContain('The same as')
    expect((await asked(['--diff'], { options: [] })).out).toContain('not started yet')
    expect(JSON.parse((await asked(['--diff', '--json'], { options: [] })).out)).toEqual({ options: [] })
  })

  it('prints a script as it is', async () => {
    const script = "#!/bin/sh\nexec 'x'\n"
    expect(await asked(['--script'], { script })).toEqual({ exitCode: 0, out: script, calls: ['vm.script'] })
    expect((await asked(['--script', '--diff'], { script })).exitCode).toBe(2)
  })
})
