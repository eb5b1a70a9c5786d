import { Tooltip, UnstyledButton } from '@mantine/core'
import { Boxes, Command, Database, Disc3, HardDrive, Keyboard, Package } from 'lucide-react'
import type { ReactNode } from 'react'

import { JobsButton } from '../features/jobs/jobs-button.tsx'
import { hostSummary } from '../features/host/host-summary.ts'
import { useHostStore } from '../state/host-store.ts'
import { formatRoute, type Route } from '../state/route.ts'
import { ColorSchemeButton } from './color-scheme-button.tsx'
import { PetriMark } from './petri-mark.tsx'

interface RailProps {
  readonly route: Route
  readonly onPalette: () => void
  readonly onShortcuts: () => void
}

export function Rail({ route, onPalette, onShortcuts }: RailProps) {
  const lacking = useHostStore((store) => (store.report === undefined ? 0 : hostSummary(store.report).missing))
  return (
    <nav className="rail" aria-label="Main">
      <div className="rail-mark" title="Petri">
        <PetriMark />
      </div>
      <RailLink
        to={{ kind: 'machines' }}
        current={
          route.kind === 'machines' || route.kind === 'machine' || route.kind === 'create' || route.kind === 'trash'
        }
        icon={<Boxes size={20} />}
        label="Machines"
      />
      <RailLink
        to={{ kind: 'containers', view: 'list' }}
        current={route.kind === 'containers' || route.kind === 'container'}
        icon={<Package size={20} />}
        label="Containers"
      />
      <RailLink to={{ kind: 'images' }} current={route.kind === 'images'} icon={<Disc3 size={20} />} label="Images" />
      <RailLink to={{ kind: 'disks' }} current={route.kind === 'disks'} icon={<Database size={20} />} label="Disks" />
      <RailLink
        to={{ kind: 'host' }}
        current={route.kind === 'host'}
        icon={<HardDrive size={20} />}
        label="Host"
        {...(lacking > 0 ? { note: `${lacking} missing` } : {})}
      />
      <div className="rail-tools">
        <JobsButton />
        <RailTool label="Command palette (Ctrl+K)" onClick={onPalette}>
          <Command size={18} />
        </RailTool>
        <RailTool label="Keyboard shortcuts (?)" onClick={onShortcuts}>
          <Keyboard size={18} />
        </RailTool>
        <ColorSchemeButton />
      </div>
    </nav>
  )
}

interface RailLinkProps {
  readonly to: Route
  readonly current: boolean
  readonly icon: ReactNode
  readonly label: string
  /** What needs attention there. */
  readonly note?: string
}

function RailLink({ to, current, icon, label, note }: RailLinkProps) {
  return (
    <a className="rail-link" href={formatRoute(to)} aria-current={current ? 'page' : undefined} title={note}>
      <span className="rail-icon" aria-hidden>
        {icon}
        {note !== undefined && <span className="rail-dot" />}
      </span>
      <span>{label}</span>
    </a>
  )
}

interface RailToolProps {
  readonly label: string
  readonly onClick: () => void
  readonly children: ReactNode
}

export function RailTool({ label, onClick, children }: RailToolProps) {
  return (
    <Tooltip label={label} position="right">
      <UnstyledButton className="rail-tool" aria-label={label} onClick={onClick}>
        {children}
      </UnstyledButton>
    </Tooltip>
  )
}
