import type { VmSpec } from '#contract/vm-spec'

import type { RuntimeNames } from './vm-plan.ts'

/**
 * File names of one start. The nonce keeps a second start from taking over the sockets of the first: QEMU replaces
 * an existing socket in silence. Names are short because a socket's path ends at 107 bytes.
 */
export function runtimeNames(
  spec: Pick<VmSpec, 'serialPorts' | 'display' | 'tpm' | 'sharedFolders'>,
  nonce: string,
): RuntimeNames {
  return {
    qmp: `qmp-${nonce}.sock`,
    qmpSpare: `qmp-spare-${nonce}.sock`,
    pidFile: `qemu-${nonce}.pid`,
    serial: Array.from({ length: spec.serialPorts }, (_, port) => `serial${port}-${nonce}.sock`),
    vnc: spec.display.kind === 'vnc' ? `vnc-${nonce}.sock` : undefined,
    swtpm: spec.tpm ? `swtpm-${nonce}.sock` : undefined,
    virtiofs: Object.fromEntries(
      spec.sharedFolders
        .filter(({ driver }) => driver === 'virtiofs')
        .map(({ id }) => [id, `fs-${id}-${nonce}.sock`] as const),
    ),
  }
}
