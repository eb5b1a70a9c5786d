import type { Cdrom, VmSpec } from '#contract/vm-spec'
import type { MachineEntry } from '#contract/vm-state'
import { Button } from '@mantine/core'
import { Disc3 } from 'lucide-react'
import { useState } from 'react'

import { useActivityStore } from '../../../../state/activity-store.ts'
import { useClient } from '../../../../state/client-context.ts'
import { PathInput } from '../../../form/path-input.tsx'
import { underWay } from '../../machine-actions.ts'
import { confirm } from '../../machine-questions.tsx'

/** The CD drives: what is in them, and how to change it. */
export function DiscsCard({ entry, spec }: { readonly entry: MachineEntry; readonly spec: VmSpec }) {
  return (
    <section className="panel live-card" aria-label="CD drives">
      <h2 className="live-title">CD drives</h2>
      <ul className="live-list" aria-label="Drives">
        {spec.cdroms.map((cdrom) => (
          <DriveRow key={`${cdrom.id} ${cdrom.path ?? ''}`} entry={entry} cdrom={cdrom} />
        ))}
      </ul>
    </section>
  )
}

function DriveRow({ entry, cdrom }: { readonly entry: MachineEntry; readonly cdrom: Cdrom }) {
  const client = useClient()
  const pending = useActivityStore((store) => store.pending.has(entry.id))
  const [path, setPath] = useState(cdrom.path ?? '')
  const { id } = cdrom
  const insert = (): void => void underWay(entry, () => client.call('media.insert', { id: entry.id, drive: id, path }))
  const eject = (force: boolean) =>
    underWay(entry, () => client.call('media.eject', { id: entry.id, drive: id, force }))
  const ejectByForce = async (): Promise<void> => {
    const title = `Eject the disc in ${id} by force?`
    const text = 'The guest may still be reading it. Programs that use the disc see errors.'
    if (await confirm({ title, text, confirm: 'Eject' })) await eject(true)
  }
  return (
    <li className="live-row">
      <Disc3 size={17} className="quiet" aria-hidden />
      <PathInput
        size="xs"
        className="live-path"
        label={`Disc in ${id}`}
        placeholder="Empty drive"
        value={path}
        onChange={setPath}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && path !== '' && path !== cdrom.path) insert()
        }}
      />
      <Button
        size="xs"
        variant="default"
        loading={pending}
        disabled={path === '' || path === cdrom.path}
        aria-label={`Insert into ${id}`}
        onClick={insert}
      >
        Insert
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={pending || cdrom.path === null}
        aria-label={`Eject ${id}`}
        onClick={() => void eject(false)}
      >
        Eject
      </Button>
      {entry.state.kind !== 'stopped' && (
        <Button
          size="xs"
          variant="subtle"
          disabled={pending || cdrom.path === null}
          aria-label={`Eject ${id} by force`}
          onClick={() => void ejectByForce()}
        >
          By force
        </Button>
      )}
    </li>
  )
}
