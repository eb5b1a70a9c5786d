import type { DiskPartition, MachineAdvice } from '#contract/disk'
import { efiSystemType } from './partition-types.ts'

/** Firmware, bus and network card for a disk, from what stands on it. */
export function suggestMachine(disk: {
  readonly table: 'none' | 'mbr' | 'gpt' | 'unread'
  readonly hasBootCode: boolean
  readonly partitions: readonly DiskPartition[]
  readonly fileSystem?: string | undefined
}): MachineAdvice {
  const reasons: string[] = []
  const types = disk.partitions.map((partition) => partition.type)
  const systems = new Set([
    ...disk.partitions.flatMap((partition) => partition.fileSystem?.type ?? []),
    disk.fileSystem,
  ])
  const hasEfi = types.includes(efiSystemType)
  const bootsWithBios = types.includes('BIOS boot') || (disk.table === 'mbr' && disk.hasBootCode)
  const firmware = hasEfi && !bootsWithBios ? 'uefi' : 'bios'
  if (firmware === 'uefi') reasons.push('It has an EFI system partition and no boot code for a BIOS: UEFI.')
  else if (hasEfi) reasons.push('It boots both ways; BIOS starts faster here.')
  else reasons.push(disk.hasBootCode ? 'It has boot code for a BIOS.' : 'It names no firmware; BIOS is tried.')
  const isWindows =
    systems.has('ntfs') || types.some((type) => type.startsWith('Windows') || type.startsWith('Microsoft reserved'))
  const isOld = disk.table === 'mbr' && systems.has('vfat') && !hasEfi && disk.partitions.length === 1
  if (isWindows) {
    reasons.push('It holds Windows, which brings no virtio drivers: SATA and an Intel network card.')
    return { firmware, bus: 'sata', network: 'e1000e', reasons }
  }
  if (isOld) {
    reasons.push('One FAT partition: an old system, which knows IDE and e1000.')
    return { firmware, bus: 'ide', network: 'e1000', reasons }
  }
  reasons.push('Linux and the BSDs bring virtio drivers, the fastest.')
  return { firmware, bus: 'virtio', network: 'virtio', reasons }
}
