import type { VmArchitecture } from '#contract/vm-spec'
import { hasText } from '../vm/disk-header.ts'

/**
 * The architecture that a Linux kernel image was built for; undefined: it is none. After Documentation/arch of the
 * kernel: `x86/boot.rst`, `arm64/booting.rst`, `riscv/boot-image-header.rst`, and the magic word of a zImage.
 */
export function kernelArchitecture(first: Uint8Array): VmArchitecture | undefined {
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength)
  if (hasText(view, 0x202, 'HdrS')) return 'x86_64'
  if (hasText(view, 0x38, 'ARMd')) return 'aarch64'
  if (hasText(view, 0x38, 'RSC\u0005')) return 'riscv64'
  if (view.byteLength >= 0x28 && view.getUint32(0x24, true) === 0x016f_2818) return 'arm'
  return undefined
}
