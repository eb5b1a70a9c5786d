import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { openWorkbench, type Workbench } from '../support/disk-workbench.ts'
import { diskKinds } from '../support/disk-kinds.ts'
import { soakSize } from './soak-size.ts'

const cancels = soakSize({ short: 4, full: 50 })
const fullDisks = soakSize({ short: 2, full: 20 })
/** Of each content. */
const pairs = soakSize({ short: 2, full: Infinity })
const MIB = 1024 * 1024

let bench: Workbench
let source = ''
let digest = ''
const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

beforeAll(async () => {
  bench = await openWorkbench()
  source = join(bench.path, 'source.raw')
  writeFileSync(source, randomBytes(48 * MIB))
  digest = digestOf(source)
}, 60_000)
afterAll(() => bench[Symbol.asyncDispose]())

it(`${cancels} cancels at any point leave the source and nothing else`, async () => {
  const folder = join(bench.path, 'cancel')
  mkdirSync(folder)
  const target = join(folder, 'target.qcow2')
  const ended = (id: string) => bench.until(id, (job) => !['queued', 'running', 'paused'].includes(job.state.kind))
  const begin = (compress: 'zlib' | 'none') =>
    bench.begin('disk.convert', { source, target, format: 'qcow2', compress })
  const wholeMs = { zlib: 0, none: 0 }
  for (const compress of ['zlib', 'none'] as const) {
    const began = performance.now()
    await ended(await begin(compress))
    wholeMs[compress] = performance.now() - began
    rmSync(target)
  }
  const ends: Record<string, number> = { cancelled: 0 }
  for (let count = 0; (ends['cancelled'] ?? 0) < cancels; count += 1) {
    const compress = count % 2 === 0 ? 'zlib' : 'none'
    const id = await begin(compress)
    // Any moment between the beginning and the end of the whole; one that comes too late does not count.
    await delay(Math.random() * wholeMs[compress])
    await bench.call('job.cancel', { id }).catch(() => undefined)
    const { state } = await ended(id)
    ends[state.kind] = (ends[state.kind] ?? 0) + 1
    expect(readdirSync(folder)).toEqual(state.kind === 'done' ? ['target.qcow2'] : [])
    rmSync(target, { force: true })
  }
  console.log(`cancels: ${JSON.stringify(ends)}`)
  expect(digestOf(source)).toBe(digest)
})

/** Needs a file system of its own, so it runs the command line in a user namespace with a small tmpfs. */
it(`${fullDisks} disks that fill up in the middle leave the source and give the space back`, () => {
  if (spawnSync('unshare', ['-Urm', 'true']).status !== 0) return console.log('full disks: no user namespaces here')
  const folder = join(bench.path, 'full')
  mkdirSync(folder)
  const petri = new URL('../../dist/main/cli.js', import.meta.url).pathname
  const ends: Record<string, number> = {}
  for (let count = 0; count < fullDisks; count += 1) {
    const fillMiB = 16 + Math.floor(Math.random() * 40)
    const script = `
      mount -t tmpfs -o size=64m none ${folder} || exit 99
      free() { df --output=avail -k ${folder} | tail -1; }
      before=$(free)
      ( while ! ls -d ${folder}/.petri-*.partial >/dev/null 2>&1; do :; done; head -c ${fillMiB}M /dev/zero > ${folder}/filler ) 2>/dev/null &
      PETRI_HOME=${bench.path}/other "${process.execPath}" "${petri}" disk convert ${source} ${folder}/target.qcow2 --no-verify >/dev/null 2>${bench.path}/said; code=$?
      kill $! 2>/dev/null; wait; rm -f ${folder}/filler
      echo "$code|$(ls -A ${folder} | tr '\\n' ' ')|$before|$(free)"`
    const run = spawnSync('unshare', ['-Urm', 'bash', '-c', script], { encoding: 'utf8', timeout: 60_000 })
    const [code, left, before, after] = run.stdout.trim().split('|')
    const said = readFileSync(join(bench.path, 'said'), 'utf8')
    expect([['0', '9'].includes(code ?? ''), said, run.stderr]).toEqual([true, said, run.stderr])
    ends[code ?? ''] = (ends[code ?? ''] ?? 0) + 1
    expect(left?.trim()).toBe(code === '0' ? 'target.qcow2' : '')
    if (code !== '0') expect(after?.trim()).toBe(before?.trim())
  }
  console.log(`full disks, by exit code: ${JSON.stringify(ends)}`)
  if (fullDisks >= 20) expect(ends['9']).toBeGreaterThan(0)
  expect(digestOf(source)).toBe(digest)
})

it.each(['empty', 'random', 'files'] as const)(
  'every pair of formats with %s in it is the same disk',
  async (content) => {
    const raw = join(bench.path, `${content}.raw`)
    if (content === 'random') writeFileSync(raw, randomBytes(3 * MIB))
    else if (content === 'empty') bench.img('create', '-q', '-f', 'raw', raw, '3M')
    else {
      mkdirSync(join(bench.path, 'tree'))
      writeFileSync(join(bench.path, 'tree/file'), randomBytes(400_000))
      execFileSync('/sbin/mke2fs', ['-q', '-t', 'ext4', '-d', join(bench.path, 'tree'), raw, '12M'])
    }
    let done = 0
    for (const from of diskKinds) {
      if (done >= pairs) break
      const folder = join(bench.path, `pairs-${content}-${from.name}`)
      mkdirSync(folder)
      const middle = join(folder, `from.${from.format}`)
      await bench.run('disk.convert', {
        source: raw,
        target: middle,
        format: from.format,
        options: from.options,
        verify: false,
      })
      for (const to of diskKinds) {
        // The short run takes some of them, other ones of each format.
        if (done >= pairs) break
        done += 1
        const target = join(folder, `to-${to.name}.${to.format}`)
        const result = await bench.run('disk.convert', {
          source: middle,
          target,
          format: to.format,
          options: to.options,
        })
        expect([from.name, to.name, result['verified']]).toEqual([from.name, to.name, true])
        expect(bench.img('compare', '-f', 'raw', '-F', to.format, raw, target)).toContain('identical')
      }
      execFileSync('rm', ['-r', folder])
    }
    console.log(`pairs with ${content}: ${done}`)
  },
)
