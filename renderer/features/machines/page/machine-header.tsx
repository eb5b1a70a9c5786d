import type { VmEntry } from '#contract/vm-state'
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { ArrowLeft, Ellipsis, Lock } from 'lucide-react'

import { useActivityStore } from '../../../state/activity-store.ts'
import { navigate } from '../../../state/use-route.ts'
import { AccelerationBadge } from '../acceleration-badge.tsx'
import { useAskMachine } from '../machine-actions.ts'
import { MachineMenuItems, moveIcons } from '../machine-menu.tsx'
import { type MachineMove, moveWords, possibleMoves } from '../machine-moves.ts'
import { StateLabel } from '../state-label.tsx'
import { memoryWords } from '../state-words.ts'

/** The moves that get a button of their own; the rest is behind More. */
const prominent: ReadonlySet<MachineMove> = new Set(['start', 'resume', 'pause', 'shutdown', 'accept'])

export function MachineHeader({ entry }: { readonly entry: VmEntry }) {
  const ask = useAskMachine()
  const pending = useActivityStore((store) => store.pending.has(entry.id))
  const moves = possibleMoves(entry).filter((move) => prominent.has(move))
  return (
    <header className="machine-header">
      <Tooltip label="All machines">
        <ActionIcon aria-label="All machines" onClick={() => navigate({ kind: 'machines' })}>
          <ArrowLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <h1 className="machine-title one-line" dir="auto" title={entry.name}>
        {entry.name}
      </h1>
      <StateLabel entry={entry} strong />
      {entry.kind === 'machine' && (
        <span className="machine-header-facts">
          <AccelerationBadge architecture={entry.architecture} acceleration={entry.acceleration} focusable />
          <span className="quiet number">
            {memoryWords(entry.memoryMiB)}, {entry.cpus} CPU{entry.cpus === 1 ? '' : 's'}
          </span>
          {entry.readOnly && (
            <span className="machine-note tone-warn">
              <Lock size={13} aria-hidden /> Read-only
            </span>
          )}
        </span>
      )}
      <div className="machine-header-actions">
        {moves.map((move) => {
          const Icon = moveIcons[move]
          const isNext = move === 'start' || move === 'resume'
          return (
            <Button
              key={move}
              variant={isNext ? 'filled' : 'default'}
              leftSection={<Icon size={15} aria-hidden />}
              loading={pending && isNext}
              disabled={pending && !isNext}
              onClick={() => void ask(entry, move)}
            >
              {moveWords[move]}
            </Button>
          )
        })}
        <Menu>
          <Menu.Target>
            <ActionIcon size="input-sm" variant="default" aria-label={`More for ${entry.name}`}>
              <Ellipsis size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <MachineMenuItems entry={entry} onMove={(move) => void ask(entry, move)} />
          </Menu.Dropdown>
        </Menu>
      </div>
    </header>
  )
}
