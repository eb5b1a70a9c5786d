import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { cpioArchive } from '../../../build/starter/cpio.mjs'
import { modprobeTables } from '../../../build/starter/kernel-modules.mjs'
import { unpackedKernel } from '../../../build/starter/kernel-image.mjs'
import { packageFacts } from '../../../build/starter/private-apt.mjs'
import { recipeHash } from '../../../build/starter/recipe-hash.mjs'

describe('the initramfs archive', () => {
  test('is laid out as the kernel reads it: 110 bytes of header, name and content aligned to four', () => {
    const archive = cpioArchive([{ path: 'init', kind: 'file', mode: 0o755, content: Buffer.from('hello') }])
    const header = archive.toString('latin1', 0, 110)
    expect(header.slice(0, 14)).toBe('07070100000001')
    expect(Number.parseInt(header.slice(14, 22), 16)).toBe(0o100755)
    expect(Number.parseInt(header.slice(54, 62), 16)).toBe(5)
    expect(archive.toString('latin1', 110, 124)).toBe('init\0\0hello\0\0\0')
    expect(archive.toString('latin1').endsWith('TRAILER!!!\0\0\0\0')).toBe(true)
    expect(archive.length % 4).toBe(0)
  })

  test('holds device nodes with their numbers', () => {
    const archive = cpioArchive([{ path: 'dev/console', kind: 'character-device', mode: 0o600, device: [5, 1] }])
    const header = archive.toString('latin1', 0, 110)
    expect([header.slice(14, 22), header.slice(78, 86), header.slice(86, 94)]).toEqual([
      '00002180',
      '00000005',
      '00000001',
    ])
  })
})

test('modprobe is told of dependencies nearest first, and of the hardware a module drives', () => {
  const module = (name: string, needs: readonly string[], aliases: readonly string[] = []) => ({
    name,
    needs,
    aliases,
    path: `kernel/${name}.ko`,
    content: Buffer.alloc(0),
  })
  const modules = [
    module('ring', []),
    module('bus', ['ring', 'built_in']),
    module('net', ['bus'], ['virtio:d00000001v*']),
  ]
  expect(modprobeTables(modules)).toEqual({
    'modules.dep': 'kernel/ring.ko:\nkernel/bus.ko: kernel/ring.ko\nkernel/net.ko: kernel/bus.ko kernel/ring.ko\n',
    'modules.alias': 'alias virtio:d00000001v* net\n',
  })
})

describe('a bzImage', () => {
  test('is unpacked to the ELF file inside', () => {
    const elf = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(3000, 7)])
    const packed = execFileSync('gzip', ['-c'], { input: elf })
    expect(unpackedKernel(bzImage(packed))).toEqual(elf)
  })

  test('is left as it is when it holds something else, or is none', () => {
    expect(unpackedKernel(bzImage(execFileSync('gzip', ['-c'], { input: 'no kernel' })))).toBeUndefined()
    expect(unpackedKernel(bzImage(Buffer.from('\x1f\x8bbroken', 'latin1')))).toBeUndefined()
    expect(unpackedKernel(bzImage(Buffer.from('unknown packing')))).toBeUndefined()
    expect(unpackedKernel(Buffer.alloc(4096))).toBeUndefined()
  })
})

test('a package is known by version, checksum and the first of each alternative that it depends on', () => {
  const text =
    'Package: kernel\nVersion: 6.1-1\nDepends: image-6.1 (= 6.1-1), kmod | module-tools, libc6:any\nSHA256: abc\n'
  expect(packageFacts(text)).toEqual({
    name: 'kernel',
    version: '6.1-1',
    sha256: 'abc',
    depends: ['image-6.1', 'kmod', 'libc6'],
  })
  expect(packageFacts('')).toBeUndefined()
})

test('a recipe keeps its name wherever the checkout is, and changes it with any file', async () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'petri-recipe-')))
  try {
    for (const folder of folders) writeFileSync(join(folder, 'init'), '#!/bin/sh\n')
    const [first, second] = await Promise.all(folders.map((folder) => recipeHash([folder])))
    expect(second).toBe(first)
    for (const folder of folders.slice(0, 1)) {
      writeFileSync(join(folder, 'init'), '#!/bin/sh\ntrue\n')
      expect(await recipeHash([folder])).not.toBe(first)
    }
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true })
  }
})

/** As little of a bzImage as is read: one setup sector, the magic, where the payload is. */
function bzImage(payload: Buffer): Buffer {
  const head = Buffer.alloc(1024)
  head.writeUInt8(1, 0x1f1)
  head.write('HdrS', 0x202, 'latin1')
  head.writeUInt32LE(0, 0x248)
  head.writeUInt32LE(payload.length, 0x24c)
  return Buffer.concat([head, payload])
}
