import type { VmEntry } from '#contract/vm-state'
import { Spotlight, type SpotlightActionData, createSpotlight } from '@mantine/spotlight'
import {
  Boxes,
  Database,
  Disc3,
  HardDrive,
  Keyboard,
  ListChecks,
  Package,
  Plus,
  Search,
  SquareTerminal,
  SunMoon,
  Trash2,
} from 'lucide-react'
import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useEffect, useMemo } from 'react'

import { type AskMachine, useAskMachine } from '../features/machines/machine-actions.ts'
import { moveIcons } from '../features/machines/machine-menu.tsx'
import { moveWords, possibleMoves } from '../features/machines/machine-moves.ts'
import { stateWords } from '../features/machines/state-words.ts'
import { setJobDrawerOpen } from '../state/job-drawer-store.ts'
import { navigate } from '../state/use-route.ts'
import { useVmStore } from '../state/vm-store.ts'

interface CommandPaletteProps {
  readonly onClose: () => void
  readonly onShortcuts: () => void
}

const [paletteStore, palette] = createSpotlight()

/** Every action by its name: screens first, then each machine with what can be asked of it now. */
export function CommandPalette({ onClose, onShortcuts }: CommandPaletteProps) {
  const entries = useVmStore((store) => store.entries)
  const ask = useAskMachine()
  const { setColorScheme } = useMantineColorScheme()
  const shownScheme = useComputedColorScheme('light')
  useEffect(() => palette.open(), [])

  const actions = useMemo((): SpotlightActionData[] => {
    const general: SpotlightActionData[] = [
      { id: 'new', label: 'New machine', leftSection: <Plus size={16} />, onClick: () => navigate({ kind: 'create' }) },
      {
        id: 'machines',
        label: 'Show machines',
        leftSection: <Boxes size={16} />,
        onClick: () => navigate({ kind: 'machines' }),
      },
      {
        id: 'images',
        label: 'Show images',
        leftSection: <Disc3 size={16} />,
        onClick: () => navigate({ kind: 'images' }),
      },
      {
        id: 'host',
        label: 'Show host readiness',
        leftSection: <HardDrive size={16} />,
        onClick: () => navigate({ kind: 'host' }),
      },
      {
        id: 'disks',
        label: 'Show disks',
        description: 'Look into a disk file, convert or repair it',
        leftSection: <Database size={16} />,
        onClick: () => navigate({ kind: 'disks' }),
      },
      {
        id: 'containers',
        label: 'Show containers',
        description: 'Root file systems of any architecture',
        leftSection: <Package size={16} />,
        onClick: () => navigate({ kind: 'containers', view: 'list' }),
      },
      {
        id: 'program',
        label: 'Run a program of another architecture',
        leftSection: <Package size={16} />,
        onClick: () => navigate({ kind: 'containers', view: 'program' }),
      },
      {
        id: 'trash',
        label: 'Show the trash',
        leftSection: <Trash2 size={16} />,
        onClick: () => navigate({ kind: 'trash' }),
      },
      { id: 'jobs', label: 'Show jobs', leftSection: <ListChecks size={16} />, onClick: () => setJobDrawerOpen(true) },
      {
        id: 'scheme',
        label: `Use the ${shownScheme === 'dark' ? 'light' : 'dark'} appearance`,
        leftSection: <SunMoon size={16} />,
        onClick: () => setColorScheme(shownScheme === 'dark' ? 'light' : 'dark'),
      },
      { id: 'keys', label: 'Keyboard shortcuts', leftSection: <Keyboard size={16} />, onClick: onShortcuts },
    ]
    return [...general, ...[...entries.values()].flatMap((entry) => machineActions(entry, ask))]
  }, [entries, ask, setColorScheme, shownScheme, onShortcuts])

  return (
    <Spotlight
      store={paletteStore}
      shortcut={null}
      overlayProps={{ blur: 0, backgroundOpacity: 0.55 }}
      attributes={{ content: { 'aria-label': 'Command palette' } }}
      actions={actions}
      limit={12}
      highlightQuery
      nothingFound="Nothing has this name"
      onSpotlightClose={onClose}
      searchProps={{
        leftSection: <Search size={18} aria-hidden />,
        placeholder: 'Type a machine or an action',
        'aria-label': 'Search machines and actions',
      }}
    />
  )
}

function machineActions(entry: VmEntry, ask: AskMachine): SpotlightActionData[] {
  return [
    {
      id: `open ${entry.id}`,
      label: `Open ${entry.name}`,
      description: stateWords(entry.state).label,
      leftSection: <SquareTerminal size={16} />,
      onClick: () => navigate({ kind: 'machine', id: entry.id, tab: 'serial' }),
    },
    ...possibleMoves(entry).map((move): SpotlightActionData => {
      const Icon = moveIcons[move]
      return {
        id: `${move} ${entry.id}`,
        label: `${moveWords[move]} ${entry.name}`,
        leftSection: <Icon size={16} />,
        onClick: () => void ask(entry, move),
      }
    }),
  ]
}
