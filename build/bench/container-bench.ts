import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { openPetri } from '../../main/api/open-petri.ts'

export const run = promisify(execFile)
const READY_LIMIT_MS = 120_000

/** Petri with a container `box` of an armhf root file system that `npm test` has made. */
export async function openContainerBench() {
  const folders = ['/var/cache/petri-test/rootfs', join(homedir(), '.cache/petri-test/rootfs')]
  const tar = folders.map((folder) => join(folder, 'armhf.tar')).find((path) => existsSync(path))
  if (tar === undefined) throw new Error('no armhf root file system: node build/test/make-root-file-systems.mjs armhf')
  const home = await mkdtemp(join(tmpdir(), 'petri-bench-'))
  const opened = await openPetri({ shell: 'cli', env: { PETRI_HOME: home }, version: 'bench' })
  if (opened.kind !== 'owner') throw new Error('the folder has an owner')
  const { app } = opened
  const call = async (name: string, params: unknown): Promise<unknown> => {
    const outcome = await app.dispatch(name, params)
    if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
    return outcome.value
  }
  const draft = (name: string) => ({
    name,
    architecture: 'armhf',
    source: { kind: 'file', path: tar },
    network: 'none',
  })
  const made = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the base was not made in time')), READY_LIMIT_MS)
    const end = app.subscribe((event) => {
      if (event.kind !== 'job.changed') return
      if (event.job.state.kind === 'failed') reject(new Error(JSON.stringify(event.job.state)))
      if (event.job.state.kind !== 'done') return
      clearTimeout(timer)
      end()
      resolve()
    })
  })
  await call('container.create', { draft: draft('box') })
  await made
  return {
    home,
    call,
    /** From the call to the first output of a program in a terminal, in ms; returns when the program has ended. */
    async untilOutput(...argv: readonly string[]): Promise<number> {
      const began = performance.now()
      const answer = await call('container.terminal', { id: 'box', argv, cols: 80, rows: 24 })
      if (typeof answer !== 'object' || answer === null || !('runId' in answer)) throw new Error('no terminal')
      const target = { kind: 'container', runId: String(answer.runId) } as const
      return await new Promise((resolve, reject) => {
        let took: number | undefined
        const handle = app.openConsole(target, (frame) => {
          if (frame.kind === 'data') took ??= performance.now() - began
          if (frame.kind !== 'closed') return
          handle.close()
          if (took === undefined) reject(new Error(`${frame.reason} without output`))
          else resolve(took)
        })
      })
    },
    /** What a program inside prints. */
    exec: async (...argv: readonly string[]): Promise<string> => {
      const answer = await call('container.exec', { id: 'box', argv })
      return typeof answer === 'object' && answer !== null && 'stdout' in answer ? String(answer.stdout) : ''
    },
    draft,
    lxc: join(home, 'runtime', 'lxc'),
    /** A configuration as Petri gives it to LXC, under a path of its own. */
    async configuration(): Promise<string> {
      const path = join(home, 'bare.conf')
      await writeFile(path, await readFile(join(home, 'runtime/container/box/config'), 'utf8'))
      return path
    },
    async close() {
      await call('container.stop', { id: 'box', deadlineMs: 0 }).catch(() => undefined)
      await app[Symbol.asyncDispose]()
      await run('unshare', ['--user', '--map-root-user', '--map-auto', 'rm', '-rf', home])
    },
  }
}

/** From the start of a program to its first output, in ms. */
export async function untilFirstByte(program: string, args: readonly string[]): Promise<number> {
  const began = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'close')
  await once(child.stdout, 'data')
  const took = performance.now() - began
  await ended
  return took
}

/** How long some work takes, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
