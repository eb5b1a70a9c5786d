import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { buildPetri } from '../../build/build.mjs'
import { openPetriApp, type PetriApp } from '../support/petri-app.ts'
import { rootFileSystem } from '../support/root-file-system.ts'

const cliFile = fileURLToPath(new URL('../../dist/main/cli.js', import.meta.url))

describe('containers with a real armhf root file system', () => {
  let home = ''
  let petri: PetriApp
  let hostTable: readonly string[]
  const tar = rootFileSystem('armhf')
  const exec = async (id: string, ...argv: readonly string[]) =>
    await petri.call('container.exec', { id, argv: [...argv] })
  const draft = (name: string) => ({
    name,
    architecture: 'armhf' as const,
    source: { kind: 'file' as const, path: tar },
    network: 'none' as const,
  })
  const pidOf = async (id: string) => {
    const state = (await petri.call('container.list', {})).find((entry) => entry.id === id)?.state
    return state?.kind === 'running' ? state.pid : 0
  }
  const make = async (name: string) => {
    const answer = await petri.call('container.create', { draft: draft(name) })
    if (answer.id !== undefined) return answer.id
    const { state } = await petri.jobEnd(answer.jobId ?? '')
    if (state.kind !== 'done') throw new Error(JSON.stringify(state))
    return String(state.result['id'])
  }

  beforeAll(async () => {
    await buildPetri({ ifNeeded: true, quiet: true })
    hostTable = await readdir('/proc/sys/fs/binfmt_misc').catch(() => [])
    home = await mkdtemp(join(tmpdir(), 'petri-box-'))
    petri = await openPetriApp(home)
    await make('one')
  }, 120_000)

  afterAll(async () => {
    for (const { id, state } of await petri.call('container.list', {}))
      if (state.kind !== 'stopped') await petri.call('container.stop', { id, deadlineMs: 0 })
    await petri[Symbol.asyncDispose]()
    await removeAll(home)
  }, 60_000)

  it('runs foreign programs while the host’s table of registrations stays as it was', async () => {
    expect(await exec('one', 'uname', '-m')).toMatchObject({ exitCode: 0, stdout: 'armv7l\n' })
    const report = await petri.call('binfmt.show', {})
    expect(report.containers.find(({ id }) => id === 'one')?.entries).toMatchObject([
      { name: 'petri-arm', flags: 'POF' },
    ])
    expect(await readdir('/proc/sys/fs/binfmt_misc').catch(() => [])).toEqual(hostTable)
  })

  it('hands exit codes, signals, variables, users and folders through', async () => {
    expect((await exec('one', 'sh', '-c', 'exit 7')).exitCode).toBe(7)
    expect((await exec('one', 'sh', '-c', 'kill -9 $$')).exitCode).toBe(137)
    const request = {
      id: 'one',
      env: { A: "it's" },
      user: 33,
      workingFolder: '/var',
      argv: ['sh', '-c', 'echo "$A" $(id -u) $PWD'],
    }
    expect((await petri.call('container.exec', request)).stdout).toBe("it's 33 /var\n")
    expect((await petri.refusal('container.exec', { id: 'one', argv: ['sleep', '60'], timeoutMs: 200 })).code).toBe(
      'not-answering',
    )
  })

  it('has no right outside: its root is root of a user namespace of its own', async () => {
    const pid = await pidOf('one')
    expect(await readlink(`/proc/${pid}/ns/user`)).not.toBe(await readlink('/proc/self/ns/user'))
    expect(await readFile(`/proc/${pid}/uid_map`, 'utf8')).toMatch(
      new RegExp(`^\\s+0\\s+${process.getuid?.()}\\s+1$`, 'm'),
    )
    const attempts = {
      'mknod /tmp/d b 8 0': /Operation not permitted/,
      'echo 77 > /proc/sys/kernel/panic': /Read-only|denied|cannot create/i,
      // It may mount in its own namespace what it likes; that gives no right to write.
      'mount -o remount,rw /proc/sys; echo 77 > /proc/sys/kernel/panic': /denied|cannot create/i,
      'date -s 2001-01-01': /Operation not permitted/,
    }
    for (const [attempt, words] of Object.entries(attempts)) {
      const { exitCode, stdout } = await exec('one', 'sh', '-c', `(${attempt}) 2>&1`)
      expect({ attempt, failed: exitCode !== 0 }).toEqual({ attempt, failed: true })
      expect(stdout).toMatch(words)
    }
    expect(await readFile('/proc/sys/kernel/panic', 'utf8')).not.toBe('77\n')
  })

  it('sees no process of the host', async () => {
    const inside = (await exec('one', 'sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout
    expect(inside).toContain('init')
    expect(inside).not.toMatch(/node|vitest/)
    const kill = await exec('one', 'sh', '-c', `kill -0 ${process.pid} 2>&1`)
    expect(kill).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/No such process/) })
  })

  it('cannot read the home of its user, unless a folder of it was mounted', async () => {
    const folder = await mkdtemp(join(homedir(), 'petri-canary-'))
    try {
      await writeFile(join(folder, 'canary'), 'canary')
      const hidden = await exec('one', 'sh', '-c', `cat ${folder}/canary /proc/1/root${folder}/canary 2>&1`)
      expect(hidden).toMatchObject({ exitCode: 1, stdout: expect.not.stringMatching(/^canary/m) })
      const mounts = [{ hostPath: folder, containerPath: '/shown', readOnly: true }]
      await petri.call('container.create', { draft: { ...draft('shown'), mounts } })
      expect(await exec('shown', 'cat', '/shown/canary')).toMatchObject({ exitCode: 0, stdout: 'canary' })
      expect((await exec('shown', 'sh', '-c', 'echo x > /shown/canary')).exitCode).not.toBe(0)
      expect(await readFile(join(folder, 'canary'), 'utf8')).toBe('canary')
      await petri.call('container.stop', { id: 'shown', deadlineMs: 0 })
      await petri.call('container.delete', { id: 'shown' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is under LXC’s seccomp filter, process 1 and every command', async () => {
    expect(await readFile(`/proc/${await pidOf('one')}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m)
    expect((await exec('one', 'cat', '/proc/self/status')).stdout).toMatch(/^Seccomp:\s+2$/m)
  })

  it('opens eight terminals at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const { runId } = await petri.call('container.terminal', { id: 'one', cols: 80, rows: 24 })
        const terminal = await petri.watch({ kind: 'container', runId }, '# ')
        terminal.type(`echo t$((${index}+40))-\r`)
        const text = await terminal.until(`t${index + 40}-`)
        terminal.close()
        return text
      }),
    )
    expect(answers).toHaveLength(8)
  })

  it('lets a debugger in before the first instruction, whatever its network', async () => {
    const wish = { id: 'one', argv: ['uname', '-m'], gdbPort: 4000, cols: 80, rows: 24 }
    const { runId, debugger: gdb = '' } = await petri.call('container.terminal', wish)
    expect(gdb).toMatch(/^gdb-multiarch .*\/proc\/\d+\/root\/usr\/bin\/uname/)
    const view = petri.watch({ kind: 'container', runId }, 'armv7l')
    const door = join(home, 'runtime/container/one/shared/gdb-4000')
    await vi.waitFor(async () => expect((await stat(door)).isSocket()).toBe(true), 10_000)
    const socket = createConnection(door)
    // "Continue", in the words of gdb's protocol.
    socket.write('+$c#63')
    ;(await view).close()
    socket.destroy()
  })

  it('keeps the answer of a program that has ended before anybody looks', async () => {
    const argv = ['echo', 'brief']
    const { runId } = await petri.call('container.terminal', { id: 'one', argv, cols: 80, rows: 24 })
    // Longer than the echo: it began earlier, and does the same and more.
    await exec('one', 'sh', '-c', 'echo; sleep 0.2')
    const view = await petri.watch({ kind: 'container', runId }, 'brief')
    expect(await view.until('\n')).toMatch(/^brief\r+\n/)
    view.close()
  })

  it('makes the second container from the same base at once, and keeps the two apart', async () => {
    const answer = await petri.call('container.create', { draft: draft('two') })
    expect(answer).toEqual({ id: 'two' })
    expect((await petri.refusal('container.create', { draft: draft('two') })).code).toBe('conflict')
    await exec('two', 'sh', '-c', 'echo mine > /root/file')
    expect((await exec('one', 'cat', '/root/file')).exitCode).toBe(1)
  })

  it('snapshots, reverts, resets, clones, and brings back what was deleted', async () => {
    await petri.call('container.stop', { id: 'two' })
    const { snapshotId } = await petri.call('container.snapshot', { id: 'two', name: 'First' })
    await exec('two', 'sh', '-c', 'rm /root/file; echo later > /root/later')
    const { id: copy } = await petri.call('container.clone', { id: 'two', name: 'Copy' })
    expect((await exec(copy, 'sh', '-c', 'cat /root/*')).stdout).toBe('later\n')
    expect((await petri.refusal('container.reset', { id: 'two' })).title).toMatch(/while it runs/)
    await petri.call('container.stop', { id: 'two', deadlineMs: 0 })
    await petri.call('container.revert', { id: 'two', snapshotId })
    expect((await exec('two', 'sh', '-c', 'cat /root/*')).stdout).toBe('mine\n')
    await petri.call('container.stop', { id: 'two', deadlineMs: 0 })
    const { trashId } = await petri.call('container.delete', { id: 'two' })
    expect((await petri.refusal('container.start', { id: 'two' })).code).toBe('not-found')
    await petri.call('container.restore', { trashId })
    expect((await exec('two', 'cat', '/root/file')).stdout).toBe('mine\n')
    expect((await exec(copy, 'cat', '/root/later')).stdout).toBe('later\n')
  })

  it('says why it did not start, and leaves nobody waiting for it', async () => {
    const id = await make('broken')
    const work = join(home, 'data/containers', id, 'work')
    await removeAll(work)
    await writeFile(work, '')
    await expect(exec(id, '/bin/true')).rejects.toThrow(/broken did not start/)
    const gate = join(home, 'runtime/container', id, 'gate')
    await expect(promisify(execFile)('pgrep', ['--full', gate])).rejects.toMatchObject({ code: 1 })
    await removeAll(work)
    await mkdir(work, { mode: 0o700 })
    expect(await exec(id, '/bin/echo', 'mended')).toMatchObject({ exitCode: 0, stdout: 'mended\n' })
  })

  it('freezes every program, shows them from both sides, and lets them go on', async () => {
    const { runId } = await petri.call('container.terminal', {
      id: 'one',
      argv: ['sh', '-c', 'echo ready; while :; do sleep 1; done'],
      cols: 80,
      rows: 24,
    })
    const view = await petri.watch({ kind: 'container', runId }, 'ready')
    await petri.call('container.freeze', { id: 'one' })
    const sleeping = (await petri.call('container.processes', { id: 'one' })).find(({ command }) =>
      command.startsWith('sh -c'),
    )
    expect(sleeping).toMatchObject({ user: 0, hostCommand: expect.stringContaining('qemu-arm') })
    expect(await readFile(`/proc/${sleeping?.hostPid}/status`, 'utf8')).toMatch(/State:\s+T/)
    expect((await petri.refusal('container.exec', { id: 'one', argv: ['true'] })).title).toMatch(/frozen/)
    await petri.call('container.thaw', { id: 'one' })
    expect(await readFile(`/proc/${sleeping?.hostPid}/status`, 'utf8')).not.toMatch(/State:\s+T/)
    view.close()
  })

  it('exports what can be made into a container again, and refuses the wrong architecture', async () => {
    const path = join(home, 'out.tar')
    const { jobId } = await petri.call('container.export', { id: 'two', path })
    expect((await petri.jobEnd(jobId)).state.kind).toBe('done')
    expect((await stat(path)).size).toBeGreaterThan(50_000_000)
    const wrong = { ...draft('wrong'), architecture: 'arm64', source: { kind: 'file', path } } as const
    const answer = await petri.call('container.create', { draft: wrong })
    const { state } = await petri.jobEnd(answer.jobId ?? '')
    expect(state).toMatchObject({
      kind: 'failed',
      failure: { title: 'out.tar is not for arm64', evidence: expect.stringContaining('armhf') },
    })
    expect((await readdir(join(home, 'data/layers'))).filter((name) => name.startsWith('.new-'))).toEqual([])
  })

  it('is found again by the next owner, with what runs in it', async () => {
    const before = (await petri.call('container.list', {})).find(({ id }) => id === 'one')?.state
    await petri[Symbol.asyncDispose]()
    petri = await openPetriApp(home)
    expect((await petri.call('container.list', {})).find(({ id }) => id === 'one')?.state).toEqual(before)
    expect((await exec('one', 'uname', '-m')).stdout).toBe('armv7l\n')
  })

  it('runs single programs, static and dynamic, by the command line, and passes signals on', async () => {
    const [base] = await petri.call('container.bases', {})
    const root = join(home, 'data/layers', base?.id ?? '', 'fs')
    const programs = { static: join(home, 'static'), dynamic: join(home, 'dynamic') }
    await copyFile(join(root, 'usr/sbin/ldconfig'), programs.static)
    await copyFile(join(root, 'usr/bin/uname'), programs.dynamic)
    await Promise.all(Object.values(programs).map((path) => chmod(path, 0o755)))
    await petri[Symbol.asyncDispose]()
    const run = (...args: readonly string[]) =>
      new Promise<string>((resolve, reject) => {
        execFile(
          process.execPath,
          [cliFile, ...args],
          { env: { ...process.env, PETRI_HOME: home } },
          (error, out, err) => (error === null ? resolve(out) : reject(new Error(`${args.join(' ')}: ${err}`))),
        )
      })
    try {
      expect(await run('exec', programs.static, '--version')).toMatch(/ldconfig.*GLIBC/)
      expect(await run('exec', programs.dynamic, '-m')).toBe('armv7l\n')
      expect(await run('exec', '--sandbox', programs.dynamic, '-m')).toBe('armv7l\n')
      expect(JSON.parse(await run('binfmt', programs.static, '--json'))).toMatchObject({
        facts: { architecture: 'armhf', linkage: 'static' },
      })
      // One of them becomes the owner for a moment, and does not leave while the others ask it.
      const atOnce = Array.from({ length: 4 }, () => run('container', 'exec', 'one', '--', 'uname', '-m'))
      expect(await Promise.all(atOnce)).toEqual(Array(4).fill('armv7l\n'))

      const script = 'trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done'
      const child = spawn(process.execPath, [cliFile, 'container', 'exec', 'one', '--', 'sh', '-c', script], {
        env: { ...process.env, PETRI_HOME: home },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(child.stdout, 'data')
      child.kill('SIGTERM')
      expect(await once(child, 'close')).toEqual([9, null])
    } finally {
      petri = await openPetriApp(home)
    }
  })
})

/** Removes a data folder with files of other users of the map, through Petri's own map. */
async function removeAll(folder: string): Promise<void> {
  await new Promise<void>((resolve) => {
    execFile('unshare', ['--user', '--map-root-user', '--map-auto', 'rm', '-rf', folder], () => resolve())
  })
}
