import type { MachineAdvice } from '#contract/disk'
import { diskFormats, type VmDraft, vmDraftSchema } from '#contract/vm-spec'

/** A machine's description for a disk that lies somewhere; undefined when no machine can use its format. */
export function draftForDisk(disk: {
  readonly path: string
  readonly name: string
  readonly format: string
  readonly advice: MachineAdvice
}): VmDraft | undefined {
  const format = diskFormats.find((each) => each === disk.format)
  if (format === undefined) return undefined
  const { advice } = disk
  return vmDraftSchema.parse({
    name: disk.name,
    architecture: 'x86_64',
    machineType: advice.bus === 'ide' ? 'pc' : undefined,
    cpu: { cores: advice.bus === 'ide' ? 1 : 2 },
    memoryMiB: advice.bus === 'ide' ? 512 : 2048,
    firmware: advice.firmware === 'uefi' ? { kind: 'uefi' } : { kind: 'bios' },
    disks: [
      { id: 'disk0', path: disk.path, format, bus: advice.bus, discard: advice.bus === 'ide' ? 'ignore' : 'unmap' },
    ],
    networks: [{ id: 'net0', model: advice.network, backend: { kind: 'user' } }],
    display: { kind: 'vnc', device: advice.bus === 'virtio' ? 'virtio-vga' : 'std' },
  })
}
