import type { LiveForward } from '#contract/live-calls'
import type { PortForward } from '#contract/vm-spec'
import type { MachineEntry } from '#contract/vm-state'
import { ActionIcon, Button, NumberInput, Select, Skeleton } from '@mantine/core'
import { CircleCheck, CircleDashed, CircleX, Plus, Trash2 } from 'lucide-react'
import { useCallback, useState } from 'react'

import { useActivityStore } from '../../../../state/activity-store.ts'
import { useClient } from '../../../../state/client-context.ts'
import { useAnswer } from '../../../../state/use-answer.ts'
import { CopyButton } from '../../../../ui/copy-button.tsx'
import { FailureCard } from '../../../../ui/failure-card.tsx'
import { underWay } from '../../machine-actions.ts'

/** Ports of this computer that lead into the machine, with whether they are open now. */
export function ForwardsCard({ entry }: { readonly entry: MachineEntry }) {
  const client = useClient()
  const { value, failure } = useAnswer(
    useCallback((signal: AbortSignal) => client.call('forward.list', { id: entry.id }, { signal }), [client, entry]),
  )
  return (
    <section className="panel live-card" aria-label="Port forwards">
      <h2 className="live-title">Port forwards</h2>
      {failure !== undefined && <FailureCard failure={failure} />}
      {value === undefined && failure === undefined && (
        <Skeleton height={34} role="status" aria-label="Loading the port forwards" />
      )}
      {value?.forwards.length === 0 && <p className="quiet live-empty">No port of this computer leads to it yet.</p>}
      {value !== undefined && value.forwards.length > 0 && (
        <ul className="live-list" aria-label="Open ports">
          {value.forwards.map((forward) => (
            <ForwardRow
              key={`${forward.protocol} ${forward.hostAddress} ${forward.hostPort}`}
              entry={entry}
              forward={forward}
            />
          ))}
        </ul>
      )}
      <AddForward entry={entry} taken={value?.forwards ?? []} />
    </section>
  )
}

const stateWords = { open: 'Open', closed: 'Not open', waiting: 'Opens at the next start' } as const
const stateTones = { open: 'tone-good', closed: 'tone-bad', waiting: 'tone-calm' } as const
const stateIcons = { open: CircleCheck, closed: CircleX, waiting: CircleDashed } as const

function ForwardRow({ entry, forward }: { readonly entry: MachineEntry; readonly forward: LiveForward }) {
  const client = useClient()
  const pending = useActivityStore((store) => store.pending.has(entry.id))
  const { protocol, hostAddress, hostPort, guestPort, state } = forward
  const here = `${hostAddress}:${hostPort}`
  const Icon = stateIcons[state]
  return (
    <li className="live-row">
      <span className={`live-state ${stateTones[state]}`}>
        <Icon size={15} aria-hidden /> {stateWords[state]}
      </span>
      <span className="live-what">
        <code>
          {protocol}:{here}
        </code>{' '}
        leads to port <code>{guestPort}</code>
      </span>
      <CopyButton text={here} label={`Copy ${here}`} />
      <ActionIcon
        aria-label={`Remove forward ${protocol}:${hostPort}`}
        disabled={pending}
        onClick={() => void underWay(entry, () => client.call('forward.remove', { id: entry.id, protocol, hostPort }))}
      >
        <Trash2 size={15} />
      </ActionIcon>
    </li>
  )
}

const FIRST_HOST_PORT = 2222

function AddForward({ entry, taken }: { readonly entry: MachineEntry; readonly taken: readonly PortForward[] }) {
  const client = useClient()
  const pending = useActivityStore((store) => store.pending.has(entry.id))
  const [protocol, setProtocol] = useState<PortForward['protocol']>('tcp')
  const [typed, setTyped] = useState<number>()
  const [guestPort, setGuestPort] = useState(22)
  const hostPort = typed ?? freeAfter(taken)
  const add = async (): Promise<void> => {
    const forward = { protocol, hostPort, guestPort }
    if (await underWay(entry, () => client.call('forward.add', { id: entry.id, forward }))) setTyped(undefined)
  }
  return (
    <form
      className="live-form"
      aria-label="Add a port forward"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <Select
        size="xs"
        label="Protocol"
        data={
          [
            { value: 'tcp', label: 'TCP' },
            { value: 'udp', label: 'UDP' },
          ] as const
        }
        value={protocol}
        onChange={(value) => value !== null && setProtocol(value)}
      />
      <PortInput label="Port here" value={hostPort} onChange={setTyped} />
      <PortInput label="Port in the guest" value={guestPort} onChange={setGuestPort} />
      <Button type="submit" size="xs" variant="default" loading={pending} leftSection={<Plus size={14} aria-hidden />}>
        Open
      </Button>
    </form>
  )
}

interface PortInputProps {
  readonly label: string
  readonly value: number
  readonly onChange: (port: number) => void
}

function PortInput({ label, value, onChange }: PortInputProps) {
  return (
    <NumberInput
      size="xs"
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

function freeAfter(taken: readonly PortForward[]): number {
  return Math.min(65535, Math.max(FIRST_HOST_PORT - 1, ...taken.map(({ hostPort }) => hostPort)) + 1)
}
