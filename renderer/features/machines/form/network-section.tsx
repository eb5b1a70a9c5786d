import { type Network, networkModels, type PortForward } from '#contract/vm-spec'
import { ActionIcon, Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { EthernetPort, Plus, Trash2 } from 'lucide-react'

import { fieldProps } from './field-props.ts'
import { FormSection } from '../../form/form-section.tsx'
import { changeItem, withoutItem } from '../../form/list-items.ts'
import { freeId, isFixed, type SpecForm } from './spec-form-context.ts'

const backends = [
  { value: 'user', label: 'NAT' },
  { value: 'none', label: 'No cable' },
] as const

export function NetworkSection({ form }: { readonly form: SpecForm }) {
  const { draft, change } = form
  const addCard = (): void =>
    change({
      networks: [
        ...draft.networks,
        {
          id: freeId('net', draft.networks),
          model: draft.networks[0]?.model ?? 'virtio',
          backend: { kind: 'user', restrict: false, forwards: [] },
        },
      ],
    })
  return (
    <FormSection title="Network" hint="NAT lets the guest out; port forwards let this computer in.">
      <ul className="device-list field-wide" aria-label="Network cards">
        {draft.networks.map((card, index) => (
          <CardItem key={card.id} form={form} card={card} index={index} />
        ))}
      </ul>
      <div className="field-buttons field-wide">
        <Button
          size="compact-sm"
          variant="default"
          disabled={isFixed(form, `networks[${draft.networks.length}]`) || draft.networks.length >= 8}
          leftSection={<Plus size={14} aria-hidden />}
          onClick={addCard}
        >
          Add a network card
        </Button>
      </div>
    </FormSection>
  )
}

interface CardItemProps {
  readonly form: SpecForm
  readonly card: Network
  readonly index: number
}

function CardItem({ form, card, index }: CardItemProps) {
  const path = `networks[${index}]`
  const { backend } = card
  const changeCard = (patch: Partial<Network>): void =>
    form.change({ networks: changeItem(form.draft.networks, index, patch) })
  const changeForwards = (forwards: PortForward[]): void => {
    if (backend.kind === 'user') changeCard({ backend: { ...backend, forwards } })
  }
  return (
    <li className="device" aria-label={`Network card ${index + 1}`}>
      <EthernetPort className="device-icon" size={17} aria-hidden />
      <div className="device-fields">
        <Select
          {...fieldProps(form, `${path}.backend`)}
          label={`Card ${index + 1}: connected to`}
          data={backends}
          value={backend.kind}
          onChange={(kind) =>
            changeCard({ backend: kind === 'none' ? { kind } : { kind: 'user', restrict: false, forwards: [] } })
          }
        />
        <Select
          {...fieldProps(form, `${path}.model`)}
          label="Model"
          data={[...networkModels]}
          value={card.model}
          onChange={(model) => model !== null && changeCard({ model })}
        />
        <TextInput
          {...fieldProps(form, `${path}.mac`)}
          label="MAC address"
          placeholder="Made by Petri"
          spellCheck={false}
          value={card.mac ?? ''}
          onChange={(event) => {
            const mac = event.currentTarget.value.toLowerCase()
            changeCard({ mac: mac === '' ? undefined : mac })
          }}
        />
        {backend.kind === 'user' && (
          <>
            <Checkbox
              {...fieldProps(form, `${path}.backend.restrict`)}
              className="device-path"
              label="Isolated: the guest reaches neither this computer nor the outside; forwards still work"
              checked={backend.restrict}
              onChange={(event) => changeCard({ backend: { ...backend, restrict: event.currentTarget.checked } })}
            />
            {backend.forwards.map((forward, place) => (
              <ForwardItem
                // oxlint-disable-next-line react/no-array-index-key -- a forward has no name but its place
                key={place}
                form={form}
                path={`${path}.backend.forwards[${place}]`}
                forward={forward}
                label={`Forward ${place + 1}`}
                onChange={(patch) => changeForwards(changeItem(backend.forwards, place, patch))}
                onRemove={() => changeForwards(withoutItem(backend.forwards, place))}
              />
            ))}
            <Button
              size="compact-sm"
              variant="subtle"
              className="device-add"
              disabled={isFixed(form, `${path}.backend.forwards`) || backend.forwards.length >= 64}
              leftSection={<Plus size={14} aria-hidden />}
              onClick={() => changeForwards([...backend.forwards, nextForward(backend.forwards)])}
            >
              Add a port forward
            </Button>
          </>
        )}
      </div>
      <ActionIcon
        aria-label={`Remove network card ${index + 1}`}
        disabled={isFixed(form, path)}
        onClick={() => form.change({ networks: withoutItem(form.draft.networks, index) })}
      >
        <Trash2 size={15} />
      </ActionIcon>
    </li>
  )
}

interface ForwardItemProps {
  readonly form: SpecForm
  readonly path: string
  readonly forward: PortForward
  readonly label: string
  readonly onChange: (patch: Partial<PortForward>) => void
  readonly onRemove: () => void
}

function ForwardItem({ form, path, forward, label, onChange, onRemove }: ForwardItemProps) {
  return (
    <div className="forward device-path" role="group" aria-label={label}>
      <Select
        {...fieldProps(form, `${path}.protocol`)}
        label="Protocol"
        data={
          [
            { value: 'tcp', label: 'TCP' },
            { value: 'udp', label: 'UDP' },
          ] as const
        }
        value={forward.protocol}
        onChange={(protocol) => protocol !== null && onChange({ protocol })}
      />
      <TextInput
        {...fieldProps(form, `${path}.hostAddress`)}
        label="Address here"
        spellCheck={false}
        value={forward.hostAddress}
        onChange={(event) => onChange({ hostAddress: event.currentTarget.value })}
      />
      <PortInput
        form={form}
        path={`${path}.hostPort`}
        label="Port here"
        value={forward.hostPort}
        onChange={(hostPort) => onChange({ hostPort })}
      />
      <PortInput
        form={form}
        path={`${path}.guestPort`}
        label="Port in the guest"
        value={forward.guestPort}
        onChange={(guestPort) => onChange({ guestPort })}
      />
      <ActionIcon aria-label={`Remove ${label.toLowerCase()}`} disabled={isFixed(form, path)} onClick={onRemove}>
        <Trash2 size={15} />
      </ActionIcon>
    </div>
  )
}

interface PortInputProps {
  readonly form: SpecForm
  readonly path: string
  readonly label: string
  readonly value: number
  readonly onChange: (port: number) => void
}

function PortInput({ form, path, label, value, onChange }: PortInputProps) {
  return (
    <NumberInput
      {...fieldProps(form, path)}
      label={label}
      min={1}
      max={65535}
      allowDecimal={false}
      hideControls
      value={value}
      onChange={(port) => typeof port === 'number' && onChange(port)}
    />
  )
}

/** SSH first, since that is what most forwards are for; then the next free port above. */
function nextForward(forwards: readonly PortForward[]): PortForward {
  const highest = Math.max(2221, ...forwards.map((forward) => forward.hostPort))
  return {
    protocol: 'tcp',
    hostAddress: '127.0.0.1',
    hostPort: Math.min(highest + 1, 65535),
    guestPort: forwards.length === 0 ? 22 : 80,
  }
}
