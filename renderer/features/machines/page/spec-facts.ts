import type { Network, VmSpec } from '#contract/vm-spec'
import type { VmEntry } from '#contract/vm-state'

import type { Fact } from '../../../ui/fact-list.tsx'
import { accelerationWords, architectureWords, memoryWords, timeWords } from '../state-words.ts'

/** A spec in words, in the order in which people ask. */
export function specFacts(spec: VmSpec, entry: VmEntry): readonly Fact[] {
  const facts: readonly (Fact | undefined)[] = [
    { name: 'Runs as', lines: runLines(spec, entry) },
    { name: 'Processor', lines: [cpuLine(spec)] },
    { name: 'Memory', lines: [`${memoryWords(spec.memoryMiB)}${spec.balloon ? ', with balloon' : ''}`] },
    { name: 'Machine type', lines: [spec.machineType ?? 'Chosen for the architecture'] },
    { name: 'Firmware', lines: [firmwareLine(spec)] },
    spec.kernel === undefined
      ? { name: 'Boot order', lines: [spec.boot.order.map((source) => bootWords[source]).join(', ') || 'Nothing'] }
      : { name: 'Kernel', lines: kernelLines(spec.kernel), code: true },
    spec.disks.length === 0
      ? undefined
      : {
          name: 'Disks',
          code: true,
          lines: spec.disks.map(
            (disk) =>
              `${disk.path}  (${[disk.format, disk.bus, disk.cache, ...(disk.readOnly ? ['read-only'] : [])].join(', ')})`,
          ),
        },
    spec.cdroms.length === 0
      ? undefined
      : {
          name: 'CD drives',
          code: true,
          lines: spec.cdroms.map((cdrom) => `${cdrom.path ?? 'Empty'}  (${cdrom.bus})`),
        },
    { name: 'Network', lines: spec.networks.length === 0 ? ['No card'] : spec.networks.flatMap(networkLines) },
    spec.sharedFolders.length === 0
      ? undefined
      : {
          name: 'Shared folders',
          code: true,
          lines: spec.sharedFolders.map(({ id, path, readOnly }) => `${id}: ${path}${readOnly ? '  (read-only)' : ''}`),
        },
    { name: 'Serial ports', lines: [spec.serialPorts === 0 ? 'None' : String(spec.serialPorts)] },
    { name: 'Display', lines: [spec.display.kind === 'none' ? 'None' : spec.display.device] },
    { name: 'Also', lines: [extras(spec)] },
    { name: 'Created', lines: [timeWords(spec.createdAt)] },
    { name: 'UUID', lines: [spec.uuid], code: true },
  ]
  return facts.filter((fact) => fact !== undefined)
}

const bootWords = { disk: 'Disk', cdrom: 'CD', network: 'Network' } as const

function runLines(spec: VmSpec, entry: VmEntry): string[] {
  if (entry.kind !== 'machine') return [architectureWords[spec.architecture]]
  const { accelerator, reason } = entry.acceleration
  return [`${architectureWords[spec.architecture]}, ${accelerationWords(accelerator)}`, reason]
}

function cpuLine({ cpu, nestedVirtualization }: VmSpec): string {
  const total = cpu.sockets * cpu.cores * cpu.threads
  const topology = total > 1 ? ` (sockets ${cpu.sockets}, cores ${cpu.cores}, threads ${cpu.threads})` : ''
  const model = cpu.model === undefined ? '' : `, model ${cpu.model}`
  return `${total} CPU${total === 1 ? '' : 's'}${topology}${model}${nestedVirtualization ? ', nested virtualization' : ''}`
}

function firmwareLine({ firmware, tpm }: VmSpec): string {
  const base = firmware.kind === 'uefi' ? `UEFI${firmware.secureBoot ? ' with Secure Boot' : ''}` : 'BIOS'
  return tpm ? `${base}, TPM 2.0` : base
}

function kernelLines(kernel: NonNullable<VmSpec['kernel']>): string[] {
  return [
    kernel.kernelPath,
    ...(kernel.initrdPath === undefined ? [] : [kernel.initrdPath]),
    ...(kernel.commandLine === '' ? [] : [kernel.commandLine]),
  ]
}

function networkLines({ model, backend, mac }: Network): string[] {
  const card = `${model}${mac === undefined ? '' : `, ${mac}`}`
  if (backend.kind === 'none') return [`${card}: no cable`]
  return [
    `${card}: NAT${backend.restrict ? ', isolated' : ''}`,
    ...backend.forwards.map(
      ({ protocol, hostAddress, hostPort, guestPort }) =>
        `${protocol.toUpperCase()} ${hostAddress}:${hostPort} here leads to port ${guestPort} in the guest`,
    ),
  ]
}

function extras(spec: VmSpec): string {
  const parts = [
    spec.rng ? 'random numbers from this computer' : undefined,
    spec.usbTablet ? 'USB tablet' : undefined,
    spec.rtc === 'utc' ? 'clock in UTC' : 'clock in local time',
  ].filter((part) => part !== undefined)
  const text = parts.join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
