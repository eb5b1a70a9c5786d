import type { Disk, Network } from '#contract/vm-spec'

export type OvfBus = Disk['bus']
export type NetworkModel = Network['model']

/** Numbers of CIM that say what an item of the hardware list is (DMTF DSP0004, ResourceType). */
export const resourceTypes = {
  processor: 3,
  memory: 4,
  ide: 5,
  scsi: 6,
  ethernet: 10,
  disk: 17,
  otherStorage: 20,
} as const

/** Items that people miss when they are not taken over. */
export const otherResources: Readonly<Record<number, string>> = {
  1: 'another device',
  14: 'a floppy drive',
  15: 'a CD drive',
  16: 'a DVD drive',
  21: 'a serial port',
  22: 'a parallel port',
  23: 'a USB controller',
  24: 'the graphics card',
  35: 'a sound card',
}

/** Petri's bus for a controller, by its kind and the maker's words for it. */
export function busOf(type: number, subType: string): OvfBus {
  if (type === resourceTypes.ide) return 'ide'
  if (type === resourceTypes.scsi) return /virtio/i.test(subType) ? 'virtio-scsi' : 'sata'
  if (/nvme/i.test(subType)) return 'nvme'
  return /virtio/i.test(subType) ? 'virtio' : 'sata'
}

/** Controllers that Petri does not have stand in for others; the word for it, when that is so. */
export function busNote(type: number, subType: string): string | undefined {
  return type === resourceTypes.scsi && !/virtio/i.test(subType)
    ? `the SCSI controller ${subType || '(unnamed)'} became SATA`
    : undefined
}

/** Petri's network card for the maker's words. */
export function networkModelOf(subType: string): NetworkModel {
  if (/vmxnet3/i.test(subType)) return 'vmxnet3'
  if (/e1000e/i.test(subType)) return 'e1000e'
  if (/pcnet/i.test(subType)) return 'pcnet'
  return /virtio/i.test(subType) ? 'virtio' : 'e1000'
}

/** The controller that an OVF gets for a bus: kind, sub-type, name. */
export function controllerOf(bus: OvfBus): { readonly type: number; readonly subType: string; readonly name: string } {
  switch (bus) {
    case 'ide':
      return { type: resourceTypes.ide, subType: 'PIIX4', name: 'IDE controller' }
    case 'sata':
      return { type: resourceTypes.otherStorage, subType: 'AHCI', name: 'SATA controller' }
    case 'nvme':
      return { type: resourceTypes.otherStorage, subType: 'vmware.nvme.controller', name: 'NVMe controller' }
    case 'virtio':
      // No standard word for it; AHCI boots everywhere, and Petri's own section says what it was.
      return { type: resourceTypes.otherStorage, subType: 'AHCI', name: 'SATA controller (virtio before)' }
    case 'virtio-scsi':
      return { type: resourceTypes.scsi, subType: 'lsilogic', name: 'SCSI controller (virtio before)' }
  }
}

/** The network card's words in an OVF. */
export function networkSubType(model: NetworkModel): string {
  if (model === 'vmxnet3') return 'VmxNet3'
  if (model === 'e1000e') return 'E1000E'
  return model === 'pcnet' ? 'PCNet32' : 'E1000'
}

/** Bytes of a number with an OVF unit: `byte * 2^20`, `MegaBytes`, `GigaBytes`; a bare number counts `byte`. */
export function unitBytes(unit: string): number | undefined {
  const power = /^\s*byte(?:\s*\*\s*2\^(\d{1,2}))?\s*$/i.exec(unit)
  if (power) return 2 ** Number(power[1] ?? 0)
  const words: Readonly<Record<string, number>> = {
    kilobytes: 2 ** 10,
    megabytes: 2 ** 20,
    gigabytes: 2 ** 30,
    terabytes: 2 ** 40,
    kb: 2 ** 10,
    mb: 2 ** 20,
    gb: 2 ** 30,
  }
  return unit.trim() === '' ? 1 : words[unit.trim().toLowerCase()]
}
