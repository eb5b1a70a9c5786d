import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { type IPty, spawn as spawnPty } from 'node-pty'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { buildPetri } from '../../build/build.mjs'

const cliFile = fileURLToPath(new URL('../../dist/main/cli.js', import.meta.url))
const BOOT_LIMIT_MS = 45_000

interface Ended {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

describe('the command line with real machines', () => {
  let home = ''
  const env = (): NodeJS.ProcessEnv => ({ ...process.env, PETRI_HOME: home, NO_COLOR: '1' })

  const petri = (...args: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(process.execPath, [cliFile, ...args], { env: env(), timeout: 50_000 }, (error, out, err) => {
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err })
      })
    })

  const inTerminal = (...args: readonly string[]): IPty =>
    spawnPty(process.execPath, [cliFile, ...args], { cols: 100, rows: 30, env: env() })

  beforeAll(async () => {
    await buildPetri({ ifNeeded: true, quiet: true })
    home = await mkdtemp(join(tmpdir(), 'petri-cli-'))
  }, 120_000)

  afterAll(async () => {
    await petri('stop', 'starter', '--force')
    await rm(home, { recursive: true, force: true })
  })

  it('makes, shows, changes, copies and deletes a machine', async () => {
    const made = await petri('create', 'a, "b" é', '--disk-size', '64M', '--memory', '128', '--json')
    expect(made).toMatchObject({ exitCode: 0, err: '' })
    const { id }: { id: string } = JSON.parse(made.out)

    expect(await petri('set', id, 'memoryMiB=192', 'disks[0].cache=none')).toMatchObject({ exitCode: 0 })
    const wrong = await petri('set', id, 'memoryMiB=1', 'nonsense=1')
    expect(wrong.exitCode).toBe(6)
    expect(wrong.err).toMatch(/memoryMiB[^]*nonsense/)
    const shown = JSON.parse((await petri('show', 'a, "b" é', '--json')).out)
    expect(shown.spec).toMatchObject({ name: 'a, "b" é', memoryMiB: 192, disks: [{ cache: 'none' }] })

    expect((await petri('argv', id)).out).toMatch(/^\S*bwrap .*qemu-system-\S+ .* -m 192 .*\n$/)
    expect((await petri('rename', id, 'Plain')).exitCode).toBe(0)
    expect((await petri('duplicate', 'Plain', '--name', 'Copy')).exitCode).toBe(0)
    const { trashId }: { trashId: string } = JSON.parse((await petri('delete', 'Copy', '--json')).out)
    expect((await petri('show', 'Copy')).exitCode).toBe(3)
    expect((await petri('restore', trashId)).exitCode).toBe(0)
    const names = JSON.parse((await petri('list', '--json')).out).map((row: { name: string }) => row.name)
    expect(names).toEqual(expect.arrayContaining(['Plain', 'Copy', 'Starter']))
  })

  it('looks at this host: each finding with a status and words, KVM with what it saw', async () => {
    const { exitCode, out } = await petri('doctor', '--json', '--again')
    expect(exitCode).toBe(0)
    const { findings }: { findings: { id: string; status: string; evidence?: string }[] } = JSON.parse(out)
    expect(findings.map((finding) => finding.id)).toEqual(
      expect.arrayContaining(['kvm', 'nested', 'qemu', 'sandbox', 'userns', 'subuid', 'binfmt', 'ksm', 'hugepages']),
    )
    expect(findings.find((finding) => finding.id === 'kvm')?.evidence).toMatch(/\/dev\/kvm: .*\nkernel modules: /)
    const budget = JSON.parse((await petri('budget', '--json')).out)
    expect(budget.memoryMiB.total).toBeGreaterThan(budget.memoryMiB.safe)
  })

  it('answers several commands at the same time', async () => {
    const ended = await Promise.all(Array.from({ length: 5 }, () => petri('list', '--json')))
    expect(ended.map(({ exitCode, err }) => ({ exitCode, err }))).toEqual(ended.map(() => ({ exitCode: 0, err: '' })))
  })

  it('runs the Starter in a terminal, leaves it with Ctrl-], and shuts it down', async () => {
    const terminal = inTerminal('run', 'starter')
    const console = reader(terminal)
    await console.until('root@starter', BOOT_LIMIT_MS)
    terminal.write('echo answer-$((40+2))\r')
    await console.until('answer-42')

    // The run is the owner now; others see its machine through it.
    const rows: { id: string; state: string }[] = JSON.parse((await petri('list', '--json')).out)
    expect(rows.find(({ id }) => id === 'starter')).toMatchObject({ state: 'running', accelerator: expect.any(String) })
    expect((await petri('start', 'starter')).exitCode).toBe(4)

    terminal.write('\u001d')
    expect(await console.exitCode).toBe(0)

    // It went on; the next command takes it over, and its console answers in a pipe.
    const piped = await withInput(['console', 'starter', '--no-history', '--quiet-exit', '2'], 'uname -m\n', env())
    expect(piped.exitCode).toBe(0)
    expect(piped.out).toContain('uname -m')
    expect((await petri('console', 'starter', '--log')).out).toContain('answer-42')
    expect(await petri('stop', 'starter')).toMatchObject({ exitCode: 0, out: expect.stringContaining('is stopped') })
  }, 120_000)

  it('serves the window until it is told to end, and names who holds a taken port', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const address = holder.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const refused = await petri('serve', '--port', String(port))
    holder.close()
    expect(refused).toMatchObject({ exitCode: 4, out: '' })
    expect(refused.err).toContain(`Port ${port}`)

    const server = spawn(process.execPath, [cliFile, 'serve', '--json'], {
      env: env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { url }: { url: string } = JSON.parse(await firstLine(server))
    expect((await fetch(url, { redirect: 'manual' })).status).toBeLessThan(400)
    server.kill('SIGTERM')
    expect(await once(server, 'close')).toEqual([0, null])
  })
})

/** Collects what a program in a terminal prints. */
function reader(terminal: IPty) {
  let text = ''
  const looks = new Set<() => void>()
  terminal.onData((data) => {
    text += data
    for (const look of looks) look()
  })
  return {
    exitCode: new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode))),
    until: (wanted: string, limitMs = 20_000): Promise<void> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no "${wanted}" in: ${text.slice(-2000)}`)), limitMs)
        const look = (): void => {
          if (!text.includes(wanted)) return
          clearTimeout(timer)
          looks.delete(look)
          resolve()
        }
        looks.add(look)
        look()
      }),
  }
}

function withInput(args: readonly string[], input: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [cliFile, ...args], { env, timeout: 30_000 }, (error, out, err) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err })
    })
    child.stdin?.end(input)
  })
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) return text
  }
  throw new Error(`it ended without a line: ${text}`)
}
