import type { MachineFamily } from '../vm/machine-profile.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { sharedMemoryId, sharesMemory } from './is-virtiofs.ts'
import { keyedOption, type QemuOption } from './qemu-option.ts'

/** The board and what executes the guest's instructions. */
export function machineOptions(decisions: VmDecisions): readonly QemuOption[] {
  const { accelerator, profile } = decisions
  return [
    keyedOption(
      '-machine',
      decisions.machineType,
      {
        ...boardValues(decisions),
        'dump-guest-core': 'off',
        ...(sharesMemory(decisions) ? { 'memory-backend': sharedMemoryId } : {}),
        ...(decisions.firmware?.requiresSmm ? { smm: 'on' } : {}),
        ...(decisions.firmware
          ? { pflash0: 'uefi-code', pflash1: decisions.firmware.varsTemplatePath ? 'uefi-vars' : undefined }
          : {}),
      },
      `The board: ${boardNames[profile.family]} Leaving the guest's memory out of crash dumps keeps its secrets off this disk.`,
    ),
    {
      args: ['-accel', accelerator],
      explanation:
        accelerator === 'kvm'
          ? `The processor runs the guest directly (KVM). ${decisions.acceleratorReason}`
          : `QEMU translates the guest's instructions (TCG): works everywhere, and is several times slower than KVM. ${decisions.acceleratorReason}`,
    },
  ]
}

const boardNames: Readonly<Record<MachineFamily, string>> = {
  q35: 'q35 is a PC of about 2009 with PCI Express and SATA.',
  pc: 'pc is a PC of 1996 with PCI and IDE, which every old system knows.',
  microvm: 'microvm is a minimal PC without PCI, for guests that start fast.',
  virt: 'virt is made for virtual machines and copies no real board.',
  pseries: 'pseries is an IBM POWER server as its own hypervisor shows it.',
  's390-ccw-virtio': 's390-ccw-virtio is an IBM Z mainframe partition with virtio on its channels.',
}

function boardValues({ accelerator, profile, spec }: VmDecisions): Readonly<Record<string, string>> {
  switch (profile.family) {
    case 'q35':
    case 'pc':
      return { vmport: 'off' } // a VMware back door that nothing here talks to
    case 'virt':
      return virtValues(spec.architecture, accelerator, spec.nestedVirtualization)
    case 'pseries':
      // Mitigations that TCG cannot offer; without these it starts all the same, with a warning for each.
      return accelerator === 'tcg'
        ? { 'cap-cfpc': 'broken', 'cap-sbbc': 'broken', 'cap-ibs': 'broken', 'cap-ccf-assist': 'off' }
        : {}
    case 'microvm':
    case 's390-ccw-virtio':
      return {}
  }
}

function virtValues(
  architecture: VmDecisions['spec']['architecture'],
  accelerator: 'kvm' | 'tcg',
  nested: boolean,
): Readonly<Record<string, string>> {
  if (architecture === 'aarch64') {
    const gic = { 'gic-version': accelerator === 'kvm' ? 'host' : '3' } // version 2 ends at 8 CPUs
    return nested && accelerator === 'tcg' ? { ...gic, virtualization: 'on' } : gic
  }
  // A 32-bit kernel without LPAE reaches nothing above 4 GiB, where the PCI configuration space lies by default.
  return architecture === 'arm' ? { highmem: 'off' } : {}
}
