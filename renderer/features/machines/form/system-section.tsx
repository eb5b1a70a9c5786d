import { vmArchitectures, type VmArchitecture, type VmDraft } from '#contract/vm-spec'
import { Autocomplete, Checkbox, NumberInput, Select } from '@mantine/core'

import { architectureWords } from '../state-words.ts'
import { fieldProps } from './field-props.ts'
import { FormSection } from '../../form/form-section.tsx'
import { isFixed, type SpecForm } from './spec-form-context.ts'

/** Machine types that people look for; any other name QEMU knows can be typed. */
const machineTypes: Readonly<Record<VmArchitecture, readonly string[]>> = {
  x86_64: ['q35', 'pc', 'microvm'],
  i386: ['q35', 'pc', 'microvm'],
  aarch64: ['virt'],
  arm: ['virt'],
  riscv64: ['virt'],
  ppc64: ['pseries'],
  s390x: ['s390-ccw-virtio'],
}

const accelerators = [
  { value: 'auto', label: 'Automatic: KVM where it works' },
  { value: 'kvm', label: 'KVM only' },
  { value: 'tcg', label: 'Emulated (TCG)' },
] as const

const firmwares = [
  { value: 'bios', label: 'BIOS, or what the machine type brings' },
  { value: 'uefi', label: 'UEFI' },
] as const

interface SystemSectionProps {
  readonly form: SpecForm
  /** The architecture is chosen once: disks and kernels are made for it. */
  readonly architectureFixed: boolean
  readonly onArchitecture?: (architecture: VmArchitecture) => void
}

export function SystemSection({ form, architectureFixed, onArchitecture }: SystemSectionProps) {
  const { draft, change } = form
  const changeCpu = (patch: Partial<VmDraft['cpu']>): void => change({ cpu: { ...draft.cpu, ...patch } })
  const { firmware } = draft
  return (
    <FormSection title="System" hint="Processor, memory and firmware.">
      <Select
        {...fieldProps(form, 'architecture')}
        label="Architecture"
        disabled={architectureFixed || isFixed(form, 'architecture')}
        data={vmArchitectures.map((value) => ({ value, label: architectureWords[value] }))}
        value={draft.architecture}
        onChange={(architecture) => architecture !== null && onArchitecture?.(architecture)}
      />
      <Select
        {...fieldProps(form, 'accelerator')}
        label="Acceleration"
        data={accelerators}
        value={draft.accelerator}
        onChange={(accelerator) => accelerator !== null && change({ accelerator })}
      />
      <NumberInput
        {...fieldProps(form, 'memoryMiB')}
        label="Memory"
        suffix=" MiB"
        min={16}
        step={256}
        allowDecimal={false}
        thousandSeparator=" "
        value={draft.memoryMiB}
        onChange={(value) => typeof value === 'number' && change({ memoryMiB: value })}
      />
      <div className="field-triple" role="group" aria-label="Processor topology">
        <CountInput
          form={form}
          path="cpu.sockets"
          label="Sockets"
          max={64}
          value={draft.cpu.sockets}
          onChange={(sockets) => changeCpu({ sockets })}
        />
        <CountInput
          form={form}
          path="cpu.cores"
          label="Cores"
          max={256}
          value={draft.cpu.cores}
          onChange={(cores) => changeCpu({ cores })}
        />
        <CountInput
          form={form}
          path="cpu.threads"
          label="Threads"
          max={8}
          value={draft.cpu.threads}
          onChange={(threads) => changeCpu({ threads })}
        />
      </div>
      <Autocomplete
        {...fieldProps(form, 'machineType')}
        label="Machine type"
        placeholder="Chosen for the architecture"
        data={[...machineTypes[draft.architecture]]}
        value={draft.machineType ?? ''}
        onChange={(text) => change({ machineType: text === '' ? undefined : text })}
      />
      <Autocomplete
        {...fieldProps(form, 'cpu.model')}
        label="CPU model"
        placeholder="Chosen from the acceleration"
        data={['max', 'host']}
        value={draft.cpu.model ?? ''}
        onChange={(text) => changeCpu({ model: text === '' ? undefined : text })}
      />
      <Select
        {...fieldProps(form, 'firmware')}
        label="Firmware"
        data={firmwares}
        value={firmware.kind}
        onChange={(kind) => change({ firmware: kind === 'uefi' ? { kind, secureBoot: false } : { kind: 'bios' } })}
      />
      <div className="field-checks">
        <Checkbox
          {...fieldProps(form, 'firmware.secureBoot')}
          label="Secure Boot"
          disabled={isFixed(form, 'firmware') || firmware.kind !== 'uefi'}
          checked={firmware.kind === 'uefi' && firmware.secureBoot}
          onChange={(event) => change({ firmware: { kind: 'uefi', secureBoot: event.currentTarget.checked } })}
        />
        <Checkbox
          {...fieldProps(form, 'tpm')}
          label="TPM 2.0"
          checked={draft.tpm}
          onChange={(event) => change({ tpm: event.currentTarget.checked })}
        />
        <Checkbox
          {...fieldProps(form, 'nestedVirtualization')}
          label="Nested virtualization"
          checked={draft.nestedVirtualization}
          onChange={(event) => change({ nestedVirtualization: event.currentTarget.checked })}
        />
      </div>
    </FormSection>
  )
}

interface CountInputProps {
  readonly form: SpecForm
  readonly path: string
  readonly label: string
  readonly max: number
  readonly value: number
  readonly onChange: (value: number) => void
}

function CountInput({ form, path, label, max, value, onChange }: CountInputProps) {
  return (
    <NumberInput
      {...fieldProps(form, path)}
      label={label}
      min={1}
      max={max}
      clampBehavior="strict"
      allowDecimal={false}
      value={value}
      onChange={(next) => typeof next === 'number' && onChange(next)}
    />
  )
}
