import { describe, expect, it } from 'vitest'

import { formatMachineFile, parseMachineFile } from '../../../../main/services/vm/machine-file.ts'
import { vmSpecSchema } from '#contract/vm-spec'

const spec = vmSpecSchema.parse({
  version: 1,
  id: 'web',
  uuid: '6f1c1c3e-0f5e-4a55-9d3c-3f8e0a5a1b2c',
  name: 'Wéb ✓ 服务器',
  createdAt: '2026-01-02T03:04:05.678Z',
  architecture: 'x86_64',
  memoryMiB: 256,
  disks: [{ id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' }],
})
const text = formatMachineFile(spec)

describe('machine file', () => {
  it('reads back what it wrote', () => {
    expect(parseMachineFile(text)).toEqual({ kind: 'machine', spec })
  })

  it('takes no truncated file for a machine, wherever it ends', () => {
    const bytes = Buffer.from(text)
    for (let length = 0; length < bytes.length - 1; length++)
      expect(parseMachineFile(bytes.subarray(0, length).toString('utf8')).kind).toBe('damaged')
  })

  it('takes no file with a flipped bit for a machine, whichever bit it is', () => {
    const bytes = Buffer.from(text)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const file = parseMachineFile(flipped.toString('utf8'))
      // White space is the one place where a flip may change nothing.
      if (file.kind === 'machine') expect(file.spec).toEqual(spec)
      else expect(file.kind).toBe('damaged')
    }
  })

  it('names a newer version and reads nothing else of it', () => {
    const newer = formatMachineFile(spec).replace('"version": 1', '"version": 2')
    expect(parseMachineFile(newer, true)).toEqual({ kind: 'newer', version: 2, name: spec.name })
  })

  it('takes an edited file only when told that the edit is meant', () => {
    const edited = text.replace('"memoryMiB": 256', '"memoryMiB": 512')
    expect(parseMachineFile(edited)).toMatchObject({ kind: 'damaged', name: spec.name })
    expect(parseMachineFile(edited, true)).toMatchObject({ kind: 'machine', spec: { memoryMiB: 512 } })
  })

  it('names the field of an edit that is not valid', () => {
    const edited = text.replace('"memoryMiB": 256', '"memoryMiB": 2')
    expect(parseMachineFile(edited, true)).toMatchObject({
      kind: 'damaged',
      reason: expect.stringContaining('memoryMiB'),
    })
  })

  it('reports an unknown field instead of dropping it', () => {
    const edited = text.replace('"memoryMiB": 256', '"memoryMiB": 256, "turbo": true')
    expect(parseMachineFile(edited, true)).toMatchObject({ kind: 'damaged', reason: expect.stringContaining('turbo') })
  })
})
