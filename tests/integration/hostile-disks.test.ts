import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { type HostileDisk, makeHostileDisks } from '../fixtures/hostile-disks/hostile-disks.ts'
import { CallRefused, openWorkbench, type Workbench } from '../support/disk-workbench.ts'

const CANARY = 'canary-9f3b-do-not-leak'
let bench: Workbench
let set: readonly HostileDisk[] = []
let connections = 0
const server = createServer((socket) => {
  connections += 1
  socket.destroy()
})

beforeAll(async () => {
  bench = await openWorkbench()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const canary = join(bench.path, 'canary.txt')
  writeFileSync(canary, `${CANARY}\n`.repeat(200))
  mkdirSync(join(bench.path, 'set'))
  set = makeHostileDisks(join(bench.path, 'set'), canary, typeof address === 'object' && address ? address.port : 0)
}, 120_000)
afterAll(async () => {
  server.close()
  await bench[Symbol.asyncDispose]()
})

it('opens nothing that a hostile disk names, and says what it found', async () => {
  const out = join(bench.path, 'out')
  mkdirSync(out)
  expect(set.length).toBeGreaterThanOrEqual(40)
  for (const { name, path } of set) {
    const asked = [
      bench.call('disk.info', { path }),
      bench.call('disk.map', { path }),
      bench.run('disk.convert', { source: path, target: join(out, `${name}.raw`), format: 'raw' }),
      bench.run('disk.check', { path }),
    ]
    for (const outcome of await Promise.allSettled(asked)) {
      const said = outcome.status === 'fulfilled' ? JSON.stringify(outcome.value) : said300(name, outcome.reason)
      expect([name, said.includes(CANARY)]).toEqual([name, false])
    }
    expect([name, existsSync(join(out, `${name}.raw`))]).toEqual([name, false])
  }
  expect(connections).toBe(0)
  expect(readdirSync(out)).toEqual([])
  expect(existsSync(join(bench.path, 'outside.vmdk'))).toBe(false)
  // grep ends with 1 when it finds nothing.
  const search = spawnSync('grep', ['-rlF', '--exclude=canary.txt', '--exclude-dir=set', CANARY, bench.path], {
    encoding: 'utf8',
  })
  expect([search.status, search.stdout]).toEqual([1, ''])
}, 120_000)

/** What a person reads: short, and about this file. */
function said300(name: string, error: unknown): string {
  if (!(error instanceof CallRefused)) throw new Error(`${name}: ${String(error)}`)
  const { title, evidence = '', code } = error.failure
  expect([name, code]).not.toEqual([name, 'internal'])
  expect([name, title.length + evidence.length < 300]).toEqual([name, true])
  return JSON.stringify(error.failure)
}
