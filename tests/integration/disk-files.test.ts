import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { CallRefused, openWorkbench, type Workbench } from '../support/disk-workbench.ts'

const MIB = 1024 * 1024
let bench: Workbench
const at = (name: string) => join(bench.path, name)
const data = randomBytes(300_000)

/** An ext4 with a few files in a partition of a qcow2, and a plain FAT beside it. */
beforeAll(async () => {
  bench = await openWorkbench()
  mkdirSync(at('tree/home/ada/my files'), { recursive: true })
  writeFileSync(at('tree/home/ada/my files/data, old.bin'), data)
  writeFileSync(at('tree/hello'), 'from inside\n', { mode: 0o755 })
  symlinkSync('/etc/passwd', at('tree/home/leads-out'))
  execFileSync('/sbin/mke2fs', ['-q', '-t', 'ext4', '-d', at('tree'), at('part.raw'), '12M'])
  const disk = Buffer.alloc(14 * MIB)
  readFileSync(at('part.raw')).copy(disk, MIB)
  disk.writeUInt8(0x83, 446 + 4)
  disk.writeUInt32LE(2048, 446 + 8)
  disk.writeUInt32LE((12 * MIB) / 512, 446 + 12)
  disk.writeUInt16LE(0xaa55, 510)
  writeFileSync(at('disk.raw'), disk)
  bench.img('convert', '-O', 'qcow2', 'disk.raw', 'disk.qcow2')
}, 60_000)
afterAll(() => bench[Symbol.asyncDispose]())

const place = () => ({ path: at('disk.qcow2'), partition: 1 })
const refusal = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof CallRefused) return error.failure
  throw new Error(`not refused: ${String(error)}`)
}

it('lists the files in a partition, and copies some out', async () => {
  const before = createHash('sha256')
    .update(readFileSync(at('disk.qcow2')))
    .digest('hex')
  expect((await refusal(bench.call('disk.folder', place()))).title).toBe('This disk has not been listed')
  expect(await bench.run('disk.files', place())).toMatchObject({ fileSystem: 'ext4', more: false })
  expect(await bench.call('disk.folder', place())).toMatchObject({
    entries: [{ name: 'home', kind: 'folder' }, { name: 'lost+found' }, { name: 'hello', kind: 'file', sizeBytes: 12 }],
  })
  expect(await bench.call('disk.folder', { ...place(), folder: 'home' })).toMatchObject({
    entries: [{ name: 'ada' }, { name: 'leads-out', kind: 'link' }],
  })

  const target = at('out')
  const copied = await bench.run('disk.copyOut', { ...place(), names: ['home', 'hello'], target })
  expect(copied).toMatchObject({ target, files: 2, bytes: 300_012, leftOut: ['./home/leads-out'] })
  expect(readFileSync(join(target, 'home/ada/my files/data, old.bin')).equals(data)).toBe(true)
  expect(statSync(join(target, 'hello')).mode & 0o777).toBe(0o755)
  expect(existsSync(join(target, 'home/leads-out'))).toBe(false)

  expect(await refusal(bench.run('disk.copyOut', { ...place(), names: ['hello'], target }))).toMatchObject({
    code: 'conflict',
  })
  expect(await refusal(bench.run('disk.copyOut', { ...place(), names: ['gone'], target: at('none') }))).toMatchObject({
    title: 'There is no gone on this disk',
  })
  expect(readdirSync(bench.path).filter((name) => name === 'none' || name.includes('partial'))).toEqual([])
  expect(
    createHash('sha256')
      .update(readFileSync(at('disk.qcow2')))
      .digest('hex'),
  ).toBe(before)
}, 120_000)

/** A tree of the same files in file systems of other houses, each made without mounting it. */
const others: readonly (readonly [string, (image: string) => void])[] = [
  ['btrfs', (image) => make(image, 128, ['mkfs.btrfs', '-q', '--rootdir', at('tree'), image])],
  ['xfs', (image) => make(image, 320, ['mkfs.xfs', '-q', '-p', at('proto'), image])],
  ['squashfs', (image) => execFileSync('mksquashfs', [at('tree'), image, '-quiet', '-no-progress'])],
]
function make(image: string, mib: number, [program = '', ...args]: readonly string[]): void {
  writeFileSync(image, '')
  truncateSync(image, mib * MIB)
  const path = `/usr/sbin:/sbin:${process.env['PATH'] ?? ''}`
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PATH: path } })
}

it.each(others)(
  'reads %s, too',
  async (fileSystem, makeImage) => {
    writeFileSync(at('proto'), `/\n0 0\nd--755 0 0\nhello ---755 0 0 ${at('tree/hello')}\n$\n`)
    const image = at(`whole.${fileSystem}`)
    makeImage(image)
    const inner = { path: image, partition: 0 }
    expect(await bench.run('disk.files', inner)).toMatchObject({ fileSystem, more: false })
    expect(await bench.call('disk.folder', inner)).toMatchObject({
      entries: expect.arrayContaining([expect.objectContaining({ name: 'hello', kind: 'file', sizeBytes: 12 })]),
    })
    const target = at(`out-${fileSystem}`)
    expect(await bench.run('disk.copyOut', { ...inner, names: ['hello'], target })).toMatchObject({ files: 1 })
    expect(readFileSync(join(target, 'hello'), 'utf8')).toBe('from inside\n')
  },
  120_000,
)

it('reads an empty exfat', async () => {
  make(at('whole.exfat'), 16, ['mkfs.exfat', at('whole.exfat')])
  const inner = { path: at('whole.exfat'), partition: 0 }
  expect(await bench.run('disk.files', inner)).toMatchObject({ fileSystem: 'exfat', entries: 0 })
}, 60_000)

it('says which partitions there are, and which file systems it reads', async () => {
  const whole = await refusal(bench.run('disk.files', { path: at('disk.qcow2') }))
  expect([whole.evidence, whole.cure?.text]).toEqual([
    'There is no file system that Petri knows over the whole disk',
    'Name one of its partitions: 1.',
  ])
})
