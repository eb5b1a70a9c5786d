import { diskFormats, type VmArchitecture } from '#contract/vm-spec'
import { NumberInput, Select, TextInput } from '@mantine/core'

import { PathInput } from '../../form/path-input.tsx'
import { consoleArgument, formatByName } from './draft-from-source.ts'
import { ImagePicker } from './image-picker.tsx'
import type { DiskUse, Source } from './source.ts'
import { TemplatePicker } from './template-picker.tsx'

interface SourceFieldsProps {
  readonly source: Source
  readonly architecture: VmArchitecture
  readonly onChange: (source: Source) => void
}

const diskUses: readonly { readonly value: DiskUse; readonly label: string }[] = [
  { value: 'copy', label: 'Copy it: the original stays as it is' },
  { value: 'move', label: 'Move it into the machine’s folder' },
  { value: 'in-place', label: 'Use it where it lies' },
]

/** What each kind of source asks. */
export function SourceFields({ source, architecture, onChange }: SourceFieldsProps) {
  switch (source.kind) {
    case 'image':
      return (
        <ImagePicker
          chosen={source.image}
          onChoose={({ digest, path, kind, format, title, source: from }) =>
            onChange({
              ...source,
              image: {
                digest,
                path,
                kind: kind === 'iso' ? 'iso' : 'disk',
                format,
                title,
                imported: from.startsWith('/'),
              },
            })
          }
        />
      )
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
        <>
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
              allowDeselect={false}
              onChange={(format) => format !== null && onChange({ ...source, format })}
            />
          </div>
          <Select
            label="What happens to the file"
            data={[...diskUses]}
            value={source.use}
            allowDeselect={false}
            onChange={(use) => use !== null && onChange({ ...source, use })}
          />
        </>
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
    case 'template':
      return <TemplatePicker source={source} onChange={onChange} />
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

export function emptySource(kind: Source['kind'], architecture: VmArchitecture): Source {
  switch (kind) {
    case 'image':
      return { kind, image: undefined, diskGiB: 20 }
    case 'disk':
      return { kind, diskPath: '', format: 'qcow2', use: 'copy' }
    case 'kernel':
      return { kind, kernelPath: '', initrdPath: '', commandLine: consoleArgument(architecture) }
    case 'template':
      return { kind, templateId: '', clone: 'full' }
    case 'blank':
      return { kind, diskGiB: 20 }
    case 'iso':
      return { kind, isoPath: '', diskGiB: 20 }
  }
}
