import { describe, expect, it } from 'vitest'

import { readImageFacts } from '../../../../main/domain/disk/image-facts.ts'
import type { ReadAt } from '../../../../main/domain/disk/read-at.ts'

const readOf =
  (bytes: Buffer): ReadAt =>
  async (offset, length) =>
    bytes.subarray(offset, offset + length)
const facts = (bytes: Buffer) => readImageFacts(readOf(bytes), bytes.length)

function qcow2(change: (bytes: Buffer) => void = () => {}): Buffer {
  const bytes = Buffer.alloc(262_144)
  bytes.write('QFI\u00fb', 'latin1')
  bytes.writeUInt32BE(3, 4)
  bytes.writeUInt32BE(16, 20)
  bytes.writeBigUInt64BE(1_048_576n, 24)
  bytes.writeUInt32BE(104, 100)
  change(bytes)
  return bytes
}

describe('readImageFacts', () => {
  it('reads a qcow2', async () => {
    expect(await facts(qcow2())).toMatchObject({
      format: 'qcow2',
      version: '3 (compat 1.1)',
      virtualBytes: 1_048_576,
      clusterBytes: 65_536,
      unsafe: undefined,
      backing: undefined,
    })
  })

  it('names the file below it and follows nothing', async () => {
    const bytes = qcow2((header) => {
      header.writeBigUInt64BE(400n, 8)
      header.writeUInt32BE(11, 16)
      header.write('/etc/passwd', 400)
    })
    expect((await facts(bytes)).backing).toEqual({ name: '/etc/passwd', format: undefined })
  })

  it.each([
    [
      'a size that no file system holds',
      (bytes: Buffer) => bytes.writeBigUInt64BE(2n ** 60n, 24),
      'more than the 16 TiB',
    ],
    ['a size that is not even a number', (bytes: Buffer) => bytes.writeBigUInt64BE(2n ** 63n, 24), 'more than 8 EiB'],
    ['unknown features', (bytes: Buffer) => bytes.writeBigUInt64BE(1n << 40n, 72), 'does not know'],
    ['a data file', (bytes: Buffer) => bytes.writeBigUInt64BE(4n, 72), 'another file'],
    ['tables beyond the end', (bytes: Buffer) => bytes.writeBigUInt64BE(2n ** 50n, 40), 'beyond the end'],
    ['a CD image at the same time', (bytes: Buffer) => bytes.write('CD001', 32_769), 'at once'],
    ['a partition table at the same time', (bytes: Buffer) => bytes.writeUInt16BE(0x55aa, 510), 'at once'],
    ['a VHD at the same time', (bytes: Buffer) => bytes.write('conectix', bytes.length - 512), 'at once'],
  ])('refuses %s', async (_what, change, words) => {
    expect((await facts(qcow2((bytes) => void change(bytes)))).unsafe).toContain(words)
  })

  it.each([
    ['RW 8 FLAT "/etc/passwd" 0', 'outside its folder'],
    ['RW 8 FLAT "../x" 0', 'outside its folder'],
    ['RW 8 VMFS "x" 0', 'unknown kind'],
    ['nothing', '0 pieces'],
  ])('refuses a VMDK that lists %s', async (extent, words) => {
    const text = `# Disk DescriptorFile\nparentCID=ffffffff\ncreateType="monolithicFlat"\n${extent}\n`
    expect((await facts(Buffer.from(text))).unsafe).toContain(words)
  })

  it('lists the pieces of a VMDK that lie beside it', async () => {
    const text =
      '# Disk DescriptorFile\nparentCID=ffffffff\ncreateType="twoGbMaxExtentFlat"\nRW 8 FLAT "a-f001.vmdk" 0\nRW 8 FLAT "a-f002.vmdk" 0\n'
    expect(await facts(Buffer.from(text))).toMatchObject({
      extents: ['a-f001.vmdk', 'a-f002.vmdk'],
      virtualBytes: 8192,
    })
  })

  it.each([
    ['gzip', '\u001f\u008b'],
    ['xz', '\u00fd7zXZ\0'],
    ['zstd', '\u0028\u00b5\u002f\u00fd'],
  ])('knows %s by its first bytes', async (format, magic) => {
    expect(await facts(Buffer.from(magic.padEnd(600, '\0'), 'latin1'))).toEqual({ format })
  })

  it('takes a cut header for damaged', async () => {
    expect((await facts(Buffer.from('QFI\u00fb', 'latin1'))).unsafe).toContain('cut off')
  })
})
