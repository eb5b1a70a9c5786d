import type { VmArchitecture } from '#contract/vm-spec'

/** The smallest file that QEMU's loader of an architecture takes for a kernel. It is loaded and never run. */
export function fakeKernel(architecture: VmArchitecture): Uint8Array {
  return architecture === 'ppc64' ? powerElf() : linuxImage()
}

/** A Linux boot protocol header (x86); the other loaders take any bytes as a flat image. */
function linuxImage(): Uint8Array {
  const image = Buffer.alloc(65_536)
  image.writeUInt8(4, 0x1f1) // sectors of the setup code
  image.write('HdrS', 0x202)
  image.writeUInt16LE(0x020c, 0x206) // protocol 2.12
  image.writeUInt8(1, 0x211) // loaded high
  image.writeUInt32LE(0x7fffffff, 0x22c) // highest address of the initrd
  return image
}

/** A big-endian ELF64 file with one segment. */
function powerElf(): Uint8Array {
  const image = Buffer.alloc(4096)
  image.write('\u007fELF', 0, 'latin1')
  image.set([2, 2, 1], 4) // 64 bits, big-endian, version 1
  image.writeUInt16BE(2, 16) // executable
  image.writeUInt16BE(21, 18) // PowerPC 64
  image.writeUInt32BE(1, 20)
  image.writeBigUInt64BE(64n, 32) // program headers
  image.writeUInt16BE(64, 52)
  image.writeUInt16BE(56, 54)
  image.writeUInt16BE(1, 56)
  image.writeUInt32BE(1, 64) // PT_LOAD
  image.writeUInt32BE(7, 68)
  image.writeBigUInt64BE(1024n, 96) // size in the file
  image.writeBigUInt64BE(1024n, 104) // size in memory
  return image
}
