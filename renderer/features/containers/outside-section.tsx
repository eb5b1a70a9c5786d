import { ActionIcon, Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { FolderSymlink, Plus, Trash2 } from 'lucide-react'

import { problemProps } from '../form/field-problems.tsx'
import { FormSection } from '../form/form-section.tsx'
import { changeItem, withoutItem } from '../form/list-items.ts'
import type { Mount, Port } from './container-draft.ts'
import type { SectionProps } from './source-section.tsx'

const networks = [
  { value: 'auto', label: 'Choose for me' },
  { value: 'nat', label: 'Its own, with a way out' },
  { value: 'host', label: 'Shared with this host' },
  { value: 'none', label: 'None' },
] as const
const protocols = [
  { value: 'tcp', label: 'TCP' },
  { value: 'udp', label: 'UDP' },
] as const

/** What it reaches of the world, and what of the world reaches it. */
export function NetworkSection({ wishes, problems, change }: SectionProps) {
  const { network, ports } = wishes
  return (
    <FormSection title="Network" hint="Ports listen on 127.0.0.1 alone.">
      <Select
        {...problemProps(problems, 'network')}
        label="Network"
        className="field-wide"
        data={networks}
        value={network}
        allowDeselect={false}
        onChange={(value) => value !== null && change({ network: value })}
      />
      <ul className="device-list field-wide" aria-label="Published ports">
        {ports.map((port, index) => (
          <PortItem
            // oxlint-disable-next-line react/no-array-index-key -- a port has no name but its place
            key={index}
            port={port}
            index={index}
            problems={problems}
            onChange={(part) => change({ ports: changeItem(ports, index, part) })}
            onRemove={() => change({ ports: withoutItem(ports, index) })}
          />
        ))}
      </ul>
      <div className="field-buttons field-wide">
        <Button
          size="compact-sm"
          variant="default"
          disabled={network === 'none' || ports.length >= 64}
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => change({ ports: [...ports, nextPort(ports)] })}
        >
          Publish a port
        </Button>
      </div>
      <ProblemLine problems={problems} field="ports" />
    </FormSection>
  )
}

interface ItemProps<T> {
  readonly index: number
  readonly problems: SectionProps['problems']
  readonly onChange: (part: Partial<T>) => void
  readonly onRemove: () => void
}

function PortItem({ port, index, problems, onChange, onRemove }: ItemProps<Port> & { readonly port: Port }) {
  const path = `ports[${index}]`
  return (
    <li className="container-port" aria-label={`Port ${index + 1}`}>
      <Select
        size="sm"
        label="Protocol"
        data={protocols}
        value={port.protocol ?? 'tcp'}
        allowDeselect={false}
        onChange={(protocol) => protocol !== null && onChange({ protocol })}
      />
      <NumberInput
        {...problemProps(problems, `${path}.hostPort`)}
        label="Port here"
        min={1}
        max={65535}
        allowDecimal={false}
        hideControls
        value={port.hostPort}
        onChange={(hostPort) => typeof hostPort === 'number' && onChange({ hostPort })}
      />
      <NumberInput
        {...problemProps(problems, `${path}.containerPort`)}
        label="Port inside"
        min={1}
        max={65535}
        allowDecimal={false}
        hideControls
        value={port.containerPort}
        onChange={(containerPort) => typeof containerPort === 'number' && onChange({ containerPort })}
      />
      <ActionIcon aria-label={`Remove port ${index + 1}`} onClick={onRemove}>
        <Trash2 size={15} />
      </ActionIcon>
    </li>
  )
}

/** A web server first, since that is what most ports are for; then the next free one above. */
function nextPort(ports: readonly Port[]): Port {
  const highest = Math.max(8079, ...ports.map(({ hostPort }) => hostPort))
  return { protocol: 'tcp', hostPort: Math.min(highest + 1, 65535), containerPort: 80 }
}

/** Folders of this computer that are shown inside. */
export function FoldersSection({ wishes, problems, change }: SectionProps) {
  const { mounts, secretsConfirmed } = wishes
  const hasSecrets = problems.some(({ code }) => code === 'secret-folder')
  return (
    <FormSection title="Folders" hint="What root inside makes in them is yours.">
      <ul className="device-list field-wide" aria-label="Folders of this computer">
        {mounts.map((mount, index) => (
          <MountItem
            // oxlint-disable-next-line react/no-array-index-key -- its paths are being typed
            key={index}
            mount={mount}
            index={index}
            problems={problems}
            onChange={(part) => change({ mounts: changeItem(mounts, index, part) })}
            onRemove={() => change({ mounts: withoutItem(mounts, index) })}
          />
        ))}
      </ul>
      <div className="field-buttons field-wide">
        <Button
          size="compact-sm"
          variant="default"
          disabled={mounts.length >= 64}
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => change({ mounts: [...mounts, { hostPath: '', containerPath: '/mnt', readOnly: false }] })}
        >
          Show a folder inside
        </Button>
      </div>
      {(hasSecrets || secretsConfirmed) && (
        <Checkbox
          className="field-wide"
          label="Programs in the container may read the keys and files of this folder"
          checked={secretsConfirmed}
          onChange={(event) => change({ secretsConfirmed: event.currentTarget.checked })}
        />
      )}
    </FormSection>
  )
}

function MountItem({ mount, index, problems, onChange, onRemove }: ItemProps<Mount> & { readonly mount: Mount }) {
  const path = `mounts[${index}]`
  return (
    <li className="device" aria-label={`Folder ${index + 1}`}>
      <FolderSymlink className="device-icon" size={17} aria-hidden />
      <div className="device-fields container-mount">
        <TextInput
          {...problemProps(problems, `${path}.hostPath`)}
          className="path-input"
          label={`Folder ${index + 1} on this computer`}
          placeholder="/home/me/src"
          spellCheck={false}
          autoComplete="off"
          value={mount.hostPath}
          onChange={(event) => onChange({ hostPath: event.currentTarget.value })}
        />
        <TextInput
          {...problemProps(problems, `${path}.containerPath`)}
          className="path-input"
          label="Folder inside"
          spellCheck={false}
          autoComplete="off"
          value={mount.containerPath}
          onChange={(event) => onChange({ containerPath: event.currentTarget.value })}
        />
        <Checkbox
          className="device-path"
          label="Programs inside may only read it"
          checked={mount.readOnly ?? false}
          onChange={(event) => onChange({ readOnly: event.currentTarget.checked })}
        />
      </div>
      <ActionIcon aria-label={`Remove folder ${index + 1}`} onClick={onRemove}>
        <Trash2 size={15} />
      </ActionIcon>
    </li>
  )
}

/** How much of this computer it may take; empty: as much as there is. */
export function LimitsSection({ wishes, problems, change }: SectionProps) {
  const { limits } = wishes
  const set = (key: keyof typeof limits) => (value: number | string) => {
    const { [key]: _old, ...others } = limits
    change({ limits: typeof value === 'number' ? { ...others, [key]: value } : others })
  }
  return (
    <FormSection title="Limits" hint="Empty: as much as there is.">
      <NumberInput
        {...problemProps(problems, 'limits.memoryMiB')}
        label="Memory (MiB)"
        min={16}
        step={256}
        allowDecimal={false}
        value={limits.memoryMiB ?? ''}
        onChange={set('memoryMiB')}
      />
      <NumberInput
        {...problemProps(problems, 'limits.cpus')}
        label="Processors"
        min={0.1}
        step={0.5}
        value={limits.cpus ?? ''}
        onChange={set('cpus')}
      />
      <NumberInput
        {...problemProps(problems, 'limits.pids')}
        label="Processes"
        min={4}
        step={100}
        allowDecimal={false}
        value={limits.pids ?? ''}
        onChange={set('pids')}
      />
      <ProblemLine problems={problems} field="limits" />
    </FormSection>
  )
}

/** What is wrong with a section as a whole. */
function ProblemLine({ problems, field }: { readonly problems: SectionProps['problems']; readonly field: string }) {
  const { description, error } = problemProps(problems, field)
  if (description === undefined && error === undefined) return null
  return <div className="field-wide">{error ?? description}</div>
}
