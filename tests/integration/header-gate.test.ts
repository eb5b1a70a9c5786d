import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { diskFormats } from '#contract/vm-spec'

import { headerGateBytes, readDiskHeader } from '../../main/domain/vm/header-gate.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'petri-'))
  make('base.qcow2', 'qcow2')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([...diskFormats])('what qemu-img makes as %s is let through as %s', (format) => {
  expect(gate(make(`disk.${format}`, format))).toEqual({ format })
})

test.each([
  ['a fixed VHD', 'vpc', ['-o', 'subformat=fixed']],
  ['a VMDK for export', 'vmdk', ['-o', 'subformat=streamOptimized']],
  ['an old qcow2', 'qcow2', ['-o', 'compat=0.10']],
  ['a qcow2 with zstd and subclusters', 'qcow2', ['-o', 'compression_type=zstd,extended_l2=on']],
] as const)('%s is let through', (name, format, options) => {
  expect(gate(make(`${name}.img`, format, options))).toEqual({ format })
})

test.each([
  ['a backing file', 'qcow2', ['-b', 'base.qcow2', '-F', 'qcow2']],
  ['a QED backing file', 'qed', ['-b', 'base.qcow2', '-F', 'qcow2']],
  ['a VMDK backing file', 'vmdk', ['-b', 'parent.vmdk', '-F', 'vmdk']],
  ['a VMDK in two files', 'vmdk', ['-o', 'subformat=monolithicFlat']],
  ['a data file', 'qcow2', ['-o', 'data_file=outside.raw']],
] as const)('%s is a reference', (name, format, options) => {
  make('parent.vmdk', 'vmdk')
  const header = gate(make(`${name}.img`, format, options))
  expect([header.format, typeof header.refersTo]).toEqual([format, 'string'])
})

function make(name: string, format: string, options: readonly string[] = []): string {
  execFileSync('qemu-img', ['create', '-q', '-f', format, ...options, name, '4M'], { cwd: folder })
  return join(folder, name)
}

function gate(path: string) {
  const { size } = statSync(path)
  const file = openSync(path, 'r')
  const first = Buffer.alloc(Math.min(size, headerGateBytes))
  const last = Buffer.alloc(Math.min(size, 512))
  readSync(file, first, 0, first.length, 0)
  readSync(file, last, 0, last.length, size - last.length)
  closeSync(file)
  return readDiskHeader(first, size, last)
}
