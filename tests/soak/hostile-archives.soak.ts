import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo, homedir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findContainerHost } from '../../main/services/container/find-container-host.ts'
import { unpackRoot } from '../../main/services/container/unpack-root.ts'
import type { IdMap } from '../../main/domain/container/lxc-config.ts'
import { soakSize } from './soak-size.ts'

const run = promisify(execFile)
const mutations = soakSize({ short: 60, full: 5_000 })
const LIMIT_MS = 60_000

let folder = ''
let idMap: IdMap
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petri-hostile-'))
  const host = await findContainerHost({ home: homedir(), userName: userInfo().username })
  if (host.idMap === undefined) throw new Error('this user has no subordinate ids')
  idMap = host.idMap
  await writeFile(join(folder, 'canary'), 'canary')
})
afterAll(async () => await removeTree(folder))

const removeTree = async (path: string) =>
  await run('unshare', ['--user', '--map-root-user', '--map-auto', 'rm', '-rf', path])

type Member = Parameters<ReturnType<typeof pack>['entry']>[0] & { readonly content?: string }

async function tarOf(members: readonly Member[]): Promise<Buffer> {
  const archive = pack()
  for (const { content, ...header } of members) archive.entry(header, content ?? '')
  archive.finalize()
  return await buffer(archive)
}

/** Unpacks; returns why it was refused, or the names that came out. The canary beside the folder must live. */
async function unpack(bytes: Uint8Array): Promise<{ readonly refused?: string; readonly names: readonly string[] }> {
  const path = join(folder, 'archive')
  const into = join(folder, 'into', 'fs')
  await writeFile(path, bytes)
  await mkdir(into, { recursive: true })
  const stop = AbortSignal.timeout(LIMIT_MS)
  try {
    await unpackRoot(path, into, idMap, { signal: stop, progress: () => undefined })
    return { names: await readdir(into) }
  } catch (error) {
    expect(stop.aborted).toBe(false)
    return { refused: error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : String(error), names: [] }
  } finally {
    expect((await readdir(folder)).toSorted()).toEqual(['archive', 'canary', 'into'])
    expect(await readdir(join(folder, 'into'))).toEqual(['fs'])
    expect(await readFile(join(folder, 'canary'), 'utf8')).toBe('canary')
    await removeTree(join(folder, 'into'))
  }
}

const file = (name: string, content = 'x'): Member => ({ name, content })
const hostile: readonly (readonly [string, readonly Member[], RegExp | undefined])[] = [
  ['a name that leads out', [file('../canary')], /leads out/],
  ['a name that leads out later', [file('a/../../canary')], /leads out/],
  ['an absolute name', [file('/etc/petri-was-here')], /root of the host/],
  ['a hard link to the host', [{ name: 'l', type: 'link', linkname: '/etc/passwd' }], /root of the host/],
  ['a hard link that leads out', [{ name: 'l', type: 'link', linkname: '../../canary' }], /leads out/],
  ['a file through a link', [{ name: 'd', type: 'symlink', linkname: '../..' }, file('d/canary', 'gone')], undefined],
  [
    'a file through an absolute link',
    [{ name: 'd', type: 'symlink', linkname: '/tmp' }, file('d/petri-was-here')],
    undefined,
  ],
  ['a file over a link', [{ name: 'd', type: 'symlink', linkname: '../../canary' }, file('d', 'gone')], undefined],
  ['a block device', [{ name: 'sda', type: 'block-device', devmajor: 8, devminor: 0 }], undefined],
  ['a character device', [{ name: 'mem', type: 'character-device', devmajor: 1, devminor: 1 }], undefined],
  ['a pipe', [{ name: 'pipe', type: 'fifo' }], undefined],
  ['set-uid programs', [{ name: 'su', mode: 0o6755, content: 'x' }], undefined],
  ['a folder that nobody may enter', [{ name: 'd', type: 'directory', mode: 0 }, file('d/f')], undefined],
  ['an owner beyond all numbers', [{ name: 'f', uid: 2_000_000, content: 'x' }], undefined],
  ['very deep folders', [file(`${'d/'.repeat(150)}f`)], /folders deep/],
  ['nothing', [], /neither a tar file/],
]

it.each(hostile)('harms nothing: %s', async (_what, members, refusal) => {
  const { refused } = await unpack(await tarOf(members))
  if (refusal !== undefined) expect(refused).toMatch(refusal)
  await expect(readFile('/tmp/petri-was-here')).rejects.toThrow('ENOENT')
  await expect(readFile('/etc/petri-was-here')).rejects.toThrow('ENOENT')
})

it('refuses more than 200,000 entries', async () => {
  const block = (await tarOf([file('f', '')])).subarray(0, 512)
  const many = Buffer.concat([...Array<Buffer>(200_001).fill(block), Buffer.alloc(1024)])
  expect((await unpack(gzipSync(many))).refused).toMatch(/more than 200000 entries/)
})

it(`${mutations} mutated archives write nothing outside their folder and do not hang`, async () => {
  const good = await tarOf([
    file('etc/hostname', 'box'),
    { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
    { name: 'usr/bin', type: 'directory' },
    file('usr/bin/sh', 'x'.repeat(600)),
    { name: 'usr/bin/dash', type: 'link', linkname: 'usr/bin/sh' },
    { name: 'run', type: 'fifo' },
  ])
  let seed = 20_260_101
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % below
  }
  let slowest = 0
  for (let index = 0; index < mutations; index++) {
    const bytes = Buffer.from(good)
    for (let change = 0; change <= random(6); change++) bytes[random(bytes.length)] = random(256)
    const cut = random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes
    const began = performance.now()
    await unpack(repaired(cut, random(2) === 0))
    slowest = Math.max(slowest, performance.now() - began)
  }
  expect(slowest).toBeLessThan(LIMIT_MS)
  console.log(`${mutations} mutated archives; slowest ${slowest.toFixed(0)} ms`)
}, 3_600_000)

/** Makes the headers' checksums right again, so that a change gets past the first look. */
function repaired(bytes: Buffer, wanted: boolean): Buffer {
  if (!wanted) return bytes
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    if (bytes.toString('latin1', at + 257, at + 262) !== 'ustar') continue
    bytes.fill(32, at + 148, at + 156)
    const sum = bytes.subarray(at, at + 512).reduce((all, byte) => all + byte, 0)
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1')
  }
  return bytes
}
