import type { VmSpec } from '#contract/vm-spec'

import type { FirmwareFacts } from './host-facts.ts'

/** Where the machine's files and sockets are inside the sandbox. No name of the host's folders is among them. */
export const runtimeSandboxFolder = '/run/petri'
export const scratchSandboxFolder = '/scratch'
export const kernelSandboxPath = '/vm/kernel'
export const initrdSandboxPath = '/vm/initrd'
export const uefiVarsSandboxPath = '/vm/uefi-vars.qcow2'

/** UEFI variables of a machine, in its folder; qcow2, so that snapshots can hold them. */
export const uefiVarsFile = 'uefi-vars.qcow2'
export const tpmStateFolder = 'tpm'

export function diskSandboxPath(disk: VmSpec['disks'][number]): string {
  return `/vm/disk-${disk.id}.${disk.format}`
}

/** A frozen disk below that disk; `depth` 0 is the nearest. */
export function frozenSandboxPath(disk: VmSpec['disks'][number], depth: number): string {
  return `/vm/disk-${disk.id}-base${depth}.qcow2`
}

export function cdromSandboxPath(cdrom: VmSpec['cdroms'][number]): string {
  return `/vm/cd-${cdrom.id}.iso`
}

export function sharedFolderSandboxPath({ id }: VmSpec['sharedFolders'][number]): string {
  return `/shared/${id}`
}

/** Firmware below /usr is there already; a build from elsewhere is bound to a name of its own. */
export function firmwareSandboxPath(firmware: FirmwareFacts): string {
  return firmware.codePath.startsWith('/usr/') ? firmware.codePath : '/vm/uefi-code'
}

/** A path of the spec as an absolute path of the host. */
export function hostPath(vmFolder: string, path: string): string {
  return path.startsWith('/') ? path : `${vmFolder}/${path}`
}
