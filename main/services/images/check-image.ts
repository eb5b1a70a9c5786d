import { open } from 'node:fs/promises'

import type { ImageFormat, ImageKind } from '#contract/image'
import { lookAtImage } from '../../domain/catalogue/image-magic.ts'
import { headerGateBytes } from '../../domain/vm/header-gate.ts'
import { RefusedError } from '../refused-error.ts'

/** Of a fixed VHD, whose header is its end. */
const FOOTER_BYTES = 512

/**
 * Looks at what a file is before anything opens it. Throws RefusedError for what must not be opened, or is not what it is
 * said to be.
 */
export async function checkImage(
  path: string,
  expected: { readonly format: ImageFormat; readonly kind: ImageKind } | undefined,
  name: string,
): Promise<{ readonly format: ImageFormat; readonly kind: ImageKind }> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const read = async (length: number, position: number) => {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, position)
      return buffer.subarray(0, bytesRead)
    }
    const first = await read(headerGateBytes, 0)
    const look = lookAtImage(first, size, await read(FOOTER_BYTES, Math.max(0, size - FOOTER_BYTES)))
    if (!look.ok) throw unusable(name, look.why)
    if (expected && look.format !== expected.format) throw unusable(name, `is ${look.format}, not ${expected.format}`)
    return expected ?? look
  } finally {
    await handle.close()
  }
}

const unusable = (name: string, why: string) =>
  new RefusedError({
    code: 'command-failed',
    title: 'The file is not an image that Petri can use',
    evidence: `${name} ${why}`,
    cause: 'Disk images (qcow2, raw, VMDK, VDI, VHD, VHDX), CDs (ISO) and root file systems (squashfs, tar) are taken.',
    cure: {
      text: 'Check that it is the right file. A disk that needs others has to be made whole first (qemu-img convert).',
    },
  })
