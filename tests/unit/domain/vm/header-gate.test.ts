import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { headerGateBytes, readDiskHeader } from '../../../../main/domain/vm/header-gate.ts'

const size = 10_000_000

describe('qcow2', () => {
  test('a plain one', () => {
    expect(readDiskHeader(qcow2({}), size)).toEqual({ format: 'qcow2', refersTo: undefined, unsafe: undefined })
  })

  test('a backing file is named', () => {
    expect(readDiskHeader(qcow2({ backing: '/etc/passwd' }), size).refersTo).toBe('/etc/passwd')
  })

  test('a backing file whose name lies outside of what was read is one all the same', () => {
    const image = qcow2({})
    image.writeBigUInt64BE(1n << 40n, 8)
    image.writeUInt32BE(20, 16)
    expect(readDiskHeader(image, size).refersTo).toBe('a backing file')
  })

  test.each([
    ['an external data file', 1n << 2n, 'an external data file'],
    ['a mark of corruption', 1n << 1n, 'corrupt'],
    ['an unknown feature', 1n << 5n, 'does not know'],
    ['a far unknown feature', 1n << 63n, 'does not know'],
  ])('%s is seen', (_name, features, seen) => {
    const { refersTo, unsafe } = readDiskHeader(qcow2({ features }), size)
    expect(refersTo ?? unsafe).toContain(seen)
  })

  test.each([
    ['dirty', 1n],
    ['another compression', 1n << 3n],
    ['subclusters', 1n << 4n],
  ])('%s is no reason to refuse', (_name, features) => {
    expect(readDiskHeader(qcow2({ features }), size)).toEqual({ format: 'qcow2' })
  })

  test('encryption and unknown versions are refused', () => {
    expect(readDiskHeader(qcow2({ encryption: 2 }), size).unsafe).toBe('it is encrypted')
    expect(readDiskHeader(qcow2({ version: 4 }), size).unsafe).toContain('version 4')
  })

  test('a header that is cut off is refused', () => {
    expect(readDiskHeader(qcow2({}).subarray(0, 40), 40)).toEqual({
      format: undefined,
      refersTo: undefined,
      unsafe: 'its header is cut off: the file has 40 bytes',
    })
  })

  test('a CD image at the same time is refused', () => {
    const image = qcow2({})
    image.write('CD001', 32_769)
    expect(readDiskHeader(image, size).unsafe).toContain('at once')
  })
})

describe('VMDK', () => {
  test.each(['monolithicSparse', 'streamOptimized'])('one file of the type %s', (type) => {
    expect(readDiskHeader(vmdk(descriptor(type, 'SPARSE "disk.vmdk"')), size)).toEqual({ format: 'vmdk' })
  })

  test('an extent with a path is a reference', () => {
    const image = vmdk(descriptor('monolithicSparse', 'FLAT "/etc/passwd" 0'))
    expect(readDiskHeader(image, size).refersTo).toBe('/etc/passwd')
  })

  test('two extents are references', () => {
    const image = vmdk(descriptor('monolithicSparse', 'SPARSE "a.vmdk"\nRW 10 SPARSE "b.vmdk"'))
    expect(readDiskHeader(image, size).refersTo).toBe('a.vmdk, b.vmdk')
  })

  test('a text descriptor names its files', () => {
    const text = Buffer.from(descriptor('monolithicFlat', 'FLAT "/etc/shadow" 0'))
    expect(readDiskHeader(text, text.length)).toEqual({ format: 'vmdk', refersTo: '/etc/shadow' })
  })

  test('a difference to another disk is a reference', () => {
    const image = vmdk(descriptor('monolithicSparse', 'SPARSE "disk.vmdk"').replace('ffffffff', '12345678'))
    expect(readDiskHeader(image, size).refersTo).toContain('difference')
  })

  test('a description that lies elsewhere is refused', () => {
    const image = vmdk(descriptor('monolithicSparse', 'SPARSE "disk.vmdk"'))
    image.writeBigUInt64LE(1_000_000n, 28)
    expect(readDiskHeader(image, size).unsafe).toBeDefined()
  })
})

test('a VHD says so at its end, and a difference to another is a reference', () => {
  const footer = Buffer.alloc(512)
  footer.write('conectix')
  footer.writeUInt32BE(2, 60)
  expect(readDiskHeader(Buffer.alloc(headerGateBytes), size, footer)).toEqual({ format: 'vpc' })
  footer.writeUInt32BE(4, 60)
  expect(readDiskHeader(footer, size).refersTo).toContain('difference')
})

test('a VDI with a parent is a reference', () => {
  const image = Buffer.alloc(headerGateBytes)
  image.set([0x7f, 0x10, 0xda, 0xbe], 0x40)
  image.writeUInt32LE(1, 0x4c)
  expect(readDiskHeader(image, size)).toEqual({ format: 'vdi' })
  image.writeUInt8(1, 0x1c7)
  expect(readDiskHeader(image, size).refersTo).toContain('difference')
})

test('a QED with a backing file is a reference', () => {
  const image = Buffer.alloc(headerGateBytes)
  image.write('QED\0')
  expect(readDiskHeader(image, size)).toEqual({ format: 'qed' })
  image.writeBigUInt64LE(1n, 16)
  expect(readDiskHeader(image, size).refersTo).toBe('a backing file')
})

test('a CD image is known by the mark at 32 KiB, and everything else is raw', () => {
  const image = Buffer.alloc(headerGateBytes)
  expect(readDiskHeader(image, size)).toEqual({ format: 'raw' })
  image.write('CD001', 32_769)
  expect(readDiskHeader(image, size)).toEqual({ format: 'iso' })
  expect(readDiskHeader(new Uint8Array(), 0)).toEqual({ format: 'raw' })
})

test('no bytes make it throw', () => {
  const magics = ['QFI\u00fb', 'KDMV', 'COWD', '# Disk DescriptorFile', 'QED\0', 'vhdxfile', 'conectix', '']
  const bytes = fc
    .tuple(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 700 }))
    .map(([magic, rest]) => Buffer.concat([Buffer.from(magic, 'latin1'), rest]))
  fc.assert(
    fc.property(bytes, bytes, (first, last) => {
      expect(readDiskHeader(first, first.length, last)).toHaveProperty('format')
    }),
    { numRuns: 2000 },
  )
})

interface Qcow2 {
  readonly version?: number
  readonly features?: bigint
  readonly backing?: string
  readonly encryption?: number
}

function qcow2({ backing, encryption = 0, features = 0n, version = 3 }: Qcow2): Buffer {
  const image = Buffer.alloc(headerGateBytes)
  image.set([0x51, 0x46, 0x49, 0xfb])
  image.writeUInt32BE(version, 4)
  image.writeUInt32BE(16, 20)
  image.writeUInt32BE(encryption, 32)
  image.writeBigUInt64BE(features, 72)
  if (backing !== undefined) {
    image.writeBigUInt64BE(512n, 8)
    image.writeUInt32BE(image.write(backing, 512), 16)
  }
  return image
}

function vmdk(text: string): Buffer {
  const image = Buffer.alloc(headerGateBytes)
  image.write('KDMV')
  image.writeUInt32LE(1, 4)
  image.writeBigUInt64LE(1n, 28)
  image.writeBigUInt64LE(20n, 36)
  image.write(text, 512)
  return image
}

function descriptor(type: string, extent: string): string {
  return `# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="${type}"\n\n# Extent\nRW 10 ${extent}\n`
}
