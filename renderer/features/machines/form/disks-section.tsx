import { cdromBuses, type Disk, diskBuses, diskFormats, type VmDraft } from '#contract/vm-spec'
import { ActionIcon, Button, Checkbox, NumberInput, Select } from '@mantine/core'
import { Disc3, HardDrive, Plus, Trash2 } from 'lucide-react'

import { sizeWords } from '../state-words.ts'
import { fieldProps } from './field-props.ts'
import { FormSection } from '../../form/form-section.tsx'
import { PathInput } from '../../form/path-input.tsx'
import { changeItem, withoutItem } from '../../form/list-items.ts'
import { freeId, isFixed, type SpecForm } from './spec-form-context.ts'

interface DisksSectionProps {
  readonly form: SpecForm
  /** Disks that will be made together with the machine, in bytes by disk id. */
  readonly newDisks: Readonly<Record<string, number>>
  /** Where disks can be made for a machine that is there already. */
  readonly onNewDisks?: (newDisks: Readonly<Record<string, number>>) => void
}

const GIB = 1024 ** 3
const NEW_DISK_GIB = 20

const busWords: Readonly<Record<Disk['bus'], string>> = {
  virtio: 'virtio',
  'virtio-scsi': 'virtio-scsi',
  nvme: 'NVMe',
  sata: 'SATA',
  ide: 'IDE',
}

export function DisksSection({ form, newDisks, onNewDisks }: DisksSectionProps) {
  const { draft, change } = form
  const noMoreDisks = isFixed(form, `disks[${draft.disks.length}]`) || draft.disks.length >= 24
  const makeDisk = (): void => {
    const disk = emptyDisk(draft)
    change({ disks: [...draft.disks, { ...disk, path: `${disk.id}.qcow2` }] })
    onNewDisks?.({ ...newDisks, [disk.id]: NEW_DISK_GIB * GIB })
  }
  return (
    <FormSection title="Disks" hint="Formats are stored with the machine and never guessed again.">
      <ul className="device-list field-wide" aria-label="Disks and CD drives">
        {draft.disks.map((disk, index) => (
          <DiskItem
            key={disk.id}
            form={form}
            disk={disk}
            index={index}
            newSizeBytes={newDisks[disk.id]}
            {...(onNewDisks === undefined
              ? {}
              : { onNewSize: (sizeBytes: number) => onNewDisks({ ...newDisks, [disk.id]: sizeBytes }) })}
          />
        ))}
        {draft.cdroms.map((cdrom, index) => (
          <CdromItem key={cdrom.id} form={form} cdrom={cdrom} index={index} />
        ))}
      </ul>
      <div className="field-buttons field-wide">
        <Button
          size="compact-sm"
          variant="default"
          disabled={noMoreDisks}
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => change({ disks: [...draft.disks, emptyDisk(draft)] })}
        >
          {onNewDisks === undefined ? 'Add a disk' : 'Add an existing disk'}
        </Button>
        {onNewDisks !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={noMoreDisks}
            leftSection={<Plus size={14} aria-hidden />}
            onClick={makeDisk}
          >
            Make a new disk
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          disabled={isFixed(form, 'cdroms') || draft.cdroms.length >= 4}
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() =>
            change({ cdroms: [...draft.cdroms, { id: freeId('cd', draft.cdroms), path: null, bus: 'sata' }] })
          }
        >
          Add a CD drive
        </Button>
      </div>
    </FormSection>
  )
}

interface DiskItemProps {
  readonly form: SpecForm
  readonly disk: Disk
  readonly index: number
  readonly newSizeBytes: number | undefined
  readonly onNewSize?: (sizeBytes: number) => void
}

function DiskItem({ form, disk, index, newSizeBytes, onNewSize }: DiskItemProps) {
  const path = `disks[${index}]`
  const changeDisk = (patch: Partial<Disk>): void => form.change({ disks: changeItem(form.draft.disks, index, patch) })
  const isNew = newSizeBytes !== undefined
  return (
    <li className="device" aria-label={`Disk ${index + 1}`}>
      <HardDrive className="device-icon" size={17} aria-hidden />
      <div className="device-fields">
        <PathInput
          {...fieldProps(
            form,
            `${path}.path`,
            isNew ? `New, ${sizeWords(newSizeBytes)}, grows as it is written` : undefined,
          )}
          label={`Disk ${index + 1}: file`}
          className="device-path"
          placeholder="/home/me/images/disk.qcow2"
          disabled={isFixed(form, `${path}.path`) || isNew}
          value={disk.path}
          onChange={(next) => changeDisk({ path: next })}
        />
        {isNew && onNewSize !== undefined && (
          <NumberInput
            size="sm"
            label="Size in GiB"
            min={1}
            max={65_536}
            allowDecimal={false}
            disabled={form.disabled}
            value={Math.round(newSizeBytes / GIB)}
            onChange={(value) => typeof value === 'number' && value > 0 && onNewSize(value * GIB)}
          />
        )}
        <Select
          {...fieldProps(form, `${path}.format`)}
          label="Format"
          disabled={isFixed(form, `${path}.format`) || isNew}
          data={[...diskFormats]}
          value={disk.format}
          onChange={(format) => format !== null && changeDisk({ format })}
        />
        <Select
          {...fieldProps(form, `${path}.bus`)}
          label="Bus"
          data={diskBuses.map((value) => ({ value, label: busWords[value] }))}
          value={disk.bus}
          onChange={(bus) => bus !== null && changeDisk({ bus })}
        />
        <Select
          {...fieldProps(form, `${path}.cache`)}
          label="Cache"
          data={['writeback', 'none', 'writethrough', 'directsync', 'unsafe'] as const}
          value={disk.cache}
          onChange={(cache) => cache !== null && changeDisk({ cache })}
        />
        <div className="field-checks">
          <Checkbox
            {...fieldProps(form, `${path}.discard`)}
            label="Give back deleted space"
            checked={disk.discard === 'unmap'}
            onChange={(event) => changeDisk({ discard: event.currentTarget.checked ? 'unmap' : 'ignore' })}
          />
          <Checkbox
            {...fieldProps(form, `${path}.readOnly`)}
            label="Read-only"
            checked={disk.readOnly}
            onChange={(event) => changeDisk({ readOnly: event.currentTarget.checked })}
          />
        </div>
      </div>
      <ActionIcon
        aria-label={`Remove disk ${index + 1}`}
        disabled={isFixed(form, path)}
        onClick={() => form.change({ disks: withoutItem(form.draft.disks, index) })}
      >
        <Trash2 size={15} />
      </ActionIcon>
    </li>
  )
}

interface CdromItemProps {
  readonly form: SpecForm
  readonly cdrom: VmDraft['cdroms'][number]
  readonly index: number
}

function CdromItem({ form, cdrom, index }: CdromItemProps) {
  const path = `cdroms[${index}]`
  const changeCdrom = (patch: Partial<VmDraft['cdroms'][number]>): void =>
    form.change({ cdroms: changeItem(form.draft.cdroms, index, patch) })
  return (
    <li className="device" aria-label={`CD drive ${index + 1}`}>
      <Disc3 className="device-icon" size={17} aria-hidden />
      <div className="device-fields">
        <PathInput
          {...fieldProps(form, `${path}.path`)}
          label={`CD drive ${index + 1}: ISO file`}
          className="device-path"
          placeholder="Empty drive"
          value={cdrom.path ?? ''}
          onChange={(next) => changeCdrom({ path: next === '' ? null : next })}
        />
        <Select
          {...fieldProps(form, `${path}.bus`)}
          label="Bus"
          data={cdromBuses.map((value) => ({ value, label: busWords[value] }))}
          value={cdrom.bus}
          onChange={(bus) => bus !== null && changeCdrom({ bus })}
        />
      </div>
      <ActionIcon
        aria-label={`Remove CD drive ${index + 1}`}
        disabled={isFixed(form, 'cdroms')}
        onClick={() => form.change({ cdroms: withoutItem(form.draft.cdroms, index) })}
      >
        <Trash2 size={15} />
      </ActionIcon>
    </li>
  )
}

function emptyDisk(draft: VmDraft): Disk {
  return {
    id: freeId('disk', draft.disks),
    path: '',
    format: 'qcow2',
    bus: draft.disks[0]?.bus ?? 'virtio',
    cache: 'writeback',
    discard: 'unmap',
    readOnly: false,
  }
}
