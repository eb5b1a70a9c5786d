import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { CallRefused, openWorkbench, type Workbench } from '../support/disk-workbench.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { soakSize } from './soak-size.ts'

const mutations = soakSize({ short: 60, full: 10_000 })
const seed = Number(process.env['PETRI_SEED'] ?? 20_260_102)
/** The longest that a look into a damaged file may take, in ms. */
const LIMIT_MS = 10_000
const kinds = [
  ['qcow2', []],
  ['vmdk', []],
  ['vdi', []],
  ['vhdx', []],
  ['vpc', []],
  ['qcow2', ['-o', 'extended_l2=on']],
  ['vmdk', ['-o', 'subformat=streamOptimized']],
] as const

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench()
}, 60_000)
afterAll(() => bench[Symbol.asyncDispose]())

it(`${mutations} damaged images: no crash, no look longer than 10 s (seed ${seed})`, async () => {
  const random = seededRandom(seed)
  const originals = kinds.map(([format, options], index) => {
    const path = join(bench.path, `original-${index}`)
    bench.img('create', '-q', '-f', 'raw', `${path}.raw`, '4M')
    bench.img('convert', '-f', 'raw', '-O', format, ...options, `${path}.raw`, path)
    return readFileSync(path)
  })
  const seen = { opened: 0, refused: 0, longestMs: 0 }
  for (let count = 0; count < mutations; count += 1) {
    const bytes = Buffer.from(originals[count % originals.length] ?? [])
    const changes = 1 + random(8)
    for (let change = 0; change < changes; change += 1) {
      // Headers and tables lie at the beginning, so most of the damage goes there.
      const at = random(random(4) === 0 ? bytes.length : Math.min(bytes.length, 4096))
      bytes[at] = [0, 0xff, random(256), (bytes[at] ?? 0) ^ (1 << random(8))][random(4)] ?? 0
    }
    const path = join(bench.path, 'mutated')
    writeFileSync(path, random(10) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes)
    const look = async () => {
      const began = performance.now()
      const outcome = await bench.call('disk.info', { path }).catch((error: unknown) => error)
      return { outcome, took: performance.now() - began }
    }
    const first = await look()
    // A file that keeps Petri busy does so each time; a machine that stood still for a moment does not.
    const { outcome, took } = first.took > LIMIT_MS ? await look() : first
    seen.longestMs = Math.max(seen.longestMs, Math.round(took))
    const where = `mutation ${count} of seed ${seed}`
    if (took > LIMIT_MS) throw new Error(`${where} took ${took} ms`)
    if (outcome instanceof CallRefused) expect([where, outcome.failure.code]).not.toEqual([where, 'internal'])
    else expect([where, outcome]).toMatchObject([where, { path }])
    const isRefused =
      outcome instanceof CallRefused || (typeof outcome === 'object' && outcome !== null && 'refusal' in outcome)
    seen[isRefused ? 'refused' : 'opened'] += 1
  }
  console.log(`damaged images: ${JSON.stringify(seen)}`)
  expect(seen.refused).toBeGreaterThan(0)
})
