import { diskFormats, vmArchitectures, type VmArchitecture } from '#contract/vm-spec'
import { Button, NumberInput, Radio, Select, TextInput } from '@mantine/core'
import { ArrowRight, Disc3, FileTerminal, HardDrive, SquareDashed } from 'lucide-react'
import type { ReactNode } from 'react'

import { PathInput } from '../form/path-input.tsx'
import { architectureWords } from '../state-words.ts'
import { consoleArgument, formatByName, hasClassicHardware, type Preset, type Source } from './draft-from-source.ts'

/** What the first step asks. */
export interface Wish {
  readonly source: Source
  readonly preset: Preset
  readonly architecture: VmArchitecture
  readonly name: string
}

interface SourceStepProps {
  readonly wish: Wish
  readonly suggestedName: string
  readonly onChange: (wish: Wish) => void
  readonly onNext: () => void
}

const kinds = [
  { kind: 'iso', icon: Disc3, title: 'Installer ISO', text: 'A CD image to install from, and a new disk' },
  { kind: 'disk', icon: HardDrive, title: 'Existing disk', text: 'A disk image that is used where it lies' },
  { kind: 'kernel', icon: FileTerminal, title: 'Kernel and initrd', text: 'Started directly, without boot loader' },
  { kind: 'blank', icon: SquareDashed, title: 'Blank', text: 'A new empty disk and nothing else' },
] as const

export function SourceStep({ wish, suggestedName, onChange, onNext }: SourceStepProps) {
  const { source, preset, architecture, name } = wish
  const complete = isComplete(source)
  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    if (complete) onNext()
  }
  return (
    <form className="source-step" onSubmit={submit}>
      <Radio.Group
        label="Start from"
        value={source.kind}
        onChange={(value) => onChange({ ...wish, source: emptySource(value, architecture) })}
      >
        <div className="source-cards">
          {kinds.map(({ kind, icon: Icon, title, text }) => (
            <Radio.Card key={kind} value={kind} className="source-card" aria-label={title}>
              <Icon size={20} aria-hidden className="source-card-icon" />
              <span>
                <span className="source-card-title">{title}</span>
                <span className="source-card-text">{text}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>

      <SourceFields
        source={source}
        architecture={architecture}
        onChange={(next) => onChange({ ...wish, source: next })}
      />

      <div className="source-row">
        <TextInput
          label="Name"
          dir="auto"
          maxLength={120}
          placeholder={suggestedName}
          value={name}
          onChange={(event) => onChange({ ...wish, name: event.currentTarget.value })}
        />
        <Select
          label="Architecture of the guest"
          data={vmArchitectures.map((value) => ({ value, label: architectureWords[value] }))}
          value={architecture}
          onChange={(value) => value !== null && onChange(withArchitecture(wish, value))}
        />
      </div>

      <Radio.Group label="Hardware" value={preset} onChange={(value) => onChange({ ...wish, preset: value })}>
        <div className="source-cards two">
          <PresetCard value="paravirtual" title="Paravirtual" disabled={false}>
            virtio disk with discard, virtio network, balloon, virtio-vga. Fast; every current Linux knows it.
          </PresetCard>
          <PresetCard value="classic" title="Classic emulated hardware" disabled={!hasClassicHardware(architecture)}>
            {hasClassicHardware(architecture)
              ? 'IDE disk, e1000 network, VGA. For old systems and for seeing how real hardware looks.'
              : `There is no classic PC for ${architectureWords[architecture]}.`}
          </PresetCard>
        </div>
      </Radio.Group>

      <div className="create-actions">
        <Button type="submit" disabled={!complete} rightSection={<ArrowRight size={16} aria-hidden />}>
          Review
        </Button>
        {!complete && <span className="quiet">{missingWords(source)}</span>}
      </div>
    </form>
  )
}

interface SourceFieldsProps {
  readonly source: Source
  readonly architecture: VmArchitecture
  readonly onChange: (source: Source) => void
}

function SourceFields({ source, architecture, onChange }: SourceFieldsProps) {
  switch (source.kind) {
    case 'iso':
      return (
        <div className="source-row">
          <PathInput
            label="ISO file"
            placeholder="/home/me/debian-12.iso"
            {...wholePath(source.isoPath)}
            value={source.isoPath}
            onChange={(isoPath) => onChange({ ...source, isoPath })}
          />
          <DiskSize value={source.diskGiB} onChange={(diskGiB) => onChange({ ...source, diskGiB })} />
        </div>
      )
    case 'disk':
      return (
        <div className="source-row">
          <PathInput
            label="Disk file"
            placeholder="/home/me/images/disk.qcow2"
            {...wholePath(source.diskPath)}
            value={source.diskPath}
            onChange={(diskPath) => onChange({ ...source, diskPath, format: formatByName(diskPath) })}
          />
          <Select
            label="Format"
            data={[...diskFormats]}
            value={source.format}
            onChange={(format) => format !== null && onChange({ ...source, format })}
          />
        </div>
      )
    case 'kernel':
      return (
        <>
          <div className="source-row even">
            <PathInput
              label="Kernel file"
              placeholder="/boot/vmlinuz"
              {...wholePath(source.kernelPath)}
              value={source.kernelPath}
              onChange={(kernelPath) => onChange({ ...source, kernelPath })}
            />
            <PathInput
              label="Initrd file (optional)"
              placeholder="/boot/initrd.img"
              {...wholePath(source.initrdPath)}
              value={source.initrdPath}
              onChange={(initrdPath) => onChange({ ...source, initrdPath })}
            />
          </div>
          <TextInput
            label="Kernel command line"
            description={`Without ${consoleArgument(architecture)} the serial console stays silent.`}
            className="path-input"
            spellCheck={false}
            value={source.commandLine}
            onChange={(event) => onChange({ ...source, commandLine: event.currentTarget.value })}
          />
        </>
      )
    case 'blank':
      return (
        <div className="source-row">
          <DiskSize value={source.diskGiB} onChange={(diskGiB) => onChange({ ...source, diskGiB })} />
        </div>
      )
  }
}

/** Paths outside of the new machine's folder are named in full. */
function wholePath(value: string): { readonly error?: string } {
  return value === '' || value.startsWith('/') ? {} : { error: 'The whole path, from / on.' }
}

function DiskSize({ value, onChange }: { readonly value: number; readonly onChange: (diskGiB: number) => void }) {
  return (
    <NumberInput
      label="Size of the new disk"
      description="Grows as it is written"
      inputWrapperOrder={['label', 'input', 'description']}
      suffix=" GiB"
      min={1}
      max={65536}
      allowDecimal={false}
      value={value}
      onChange={(size) => typeof size === 'number' && onChange(size)}
    />
  )
}

interface PresetCardProps {
  readonly value: Preset
  readonly title: string
  readonly disabled: boolean
  readonly children: ReactNode
}

function PresetCard({ value, title, disabled, children }: PresetCardProps) {
  return (
    <Radio.Card value={value} className="source-card" disabled={disabled} aria-label={title}>
      <Radio.Indicator className="source-card-icon" disabled={disabled} />
      <span>
        <span className="source-card-title">{title}</span>
        <span className="source-card-text">{children}</span>
      </span>
    </Radio.Card>
  )
}

export function emptySource(kind: string, architecture: VmArchitecture): Source {
  switch (kind) {
    case 'disk':
      return { kind, diskPath: '', format: 'qcow2' }
    case 'kernel':
      return { kind, kernelPath: '', initrdPath: '', commandLine: consoleArgument(architecture) }
    case 'blank':
      return { kind, diskGiB: 20 }
    default:
      return { kind: 'iso', isoPath: '', diskGiB: 20 }
  }
}

/** Another architecture names its serial console otherwise and may have no classic hardware. */
function withArchitecture(wish: Wish, architecture: VmArchitecture): Wish {
  const { source } = wish
  return {
    ...wish,
    architecture,
    preset: hasClassicHardware(architecture) ? wish.preset : 'paravirtual',
    source:
      source.kind === 'kernel' && source.commandLine === consoleArgument(wish.architecture)
        ? { ...source, commandLine: consoleArgument(architecture) }
        : source,
  }
}

function isComplete(source: Source): boolean {
  switch (source.kind) {
    case 'iso':
      return source.isoPath.startsWith('/')
    case 'disk':
      return source.diskPath.startsWith('/')
    case 'kernel':
      return source.kernelPath.startsWith('/') && (source.initrdPath === '' || source.initrdPath.startsWith('/'))
    case 'blank':
      return source.diskGiB >= 1
  }
}

function missingWords(source: Source): string {
  switch (source.kind) {
    case 'iso':
      return 'Name the ISO file to go on.'
    case 'disk':
      return 'Name the disk file to go on.'
    case 'kernel':
      return 'Name the kernel file to go on.'
    case 'blank':
      return 'A disk has at least 1 GiB.'
  }
}
