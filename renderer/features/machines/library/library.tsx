import { ActionIcon, Button, Skeleton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { Boxes, Plus, SearchX, Trash2 } from 'lucide-react'
import { memo, type ReactNode, useCallback, useMemo, useRef, useState } from 'react'

import { useActivityStore, dismissFailure } from '../../../state/activity-store.ts'
import { usePreferencesStore } from '../../../state/preferences-store.ts'
import { formatRoute } from '../../../state/route.ts'
import { reloadLibrary } from '../../../state/sync-stores.ts'
import { navigate } from '../../../state/use-route.ts'
import { useVmStore } from '../../../state/vm-store.ts'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { Situation } from '../../../ui/situation.tsx'
import { useAskMachine } from '../machine-actions.ts'
import { matchingMachines, sortedMachines } from './arrange-machines.ts'
import { BulkBar } from './bulk-bar.tsx'
import { LibraryToolbar } from './library-toolbar.tsx'
import { MachineContextMenu } from './machine-context-menu.tsx'
import { MachineGrid } from './machine-grid.tsx'
import { SelectionArea } from './selection-area.tsx'
import { MachineTable } from './machine-table.tsx'
import './library.css'

/** All machines. `readiness` is drawn above them: what this host still lacks. */
export function Library({ readiness }: { readonly readiness?: ReactNode }) {
  const status = useVmStore((store) => store.status)
  const entries = useVmStore((store) => store.entries)
  const [query, setQuery] = useState('')
  const [tag, setTag] = useState('')
  const searchRef = useRef<HTMLInputElement>(null)
  useHotkeys([['/', () => searchRef.current?.focus()]])
  const clear = useCallback(() => {
    setQuery('')
    setTag('')
  }, [])
  return (
    <div className="library">
      <LibraryHeader />
      <LibraryFailures />
      {readiness}
      <LibraryToolbar query={query} onQuery={setQuery} tag={tag} onTag={setTag} searchRef={searchRef} />
      {/* Where the focus goes when a machine that had it goes away. */}
      <div className="library-body" tabIndex={-1}>
        {status.kind === 'loading' && entries.size === 0 && <LibrarySkeleton />}
        {status.kind === 'failed' && (
          <FailureCard
            failure={status.failure}
            actions={
              <Button size="compact-sm" onClick={reloadLibrary}>
                Try again
              </Button>
            }
          />
        )}
        {(status.kind === 'ready' || entries.size > 0) && <Machines query={query} tag={tag} onClear={clear} />}
      </div>
    </div>
  )
}

interface MachinesProps {
  readonly query: string
  /** Empty: all of them. */
  readonly tag: string
  readonly onClear: () => void
}

const Machines = memo(function Machines({ query, tag, onClear }: MachinesProps) {
  const entries = useVmStore((store) => store.entries)
  const layout = usePreferencesStore((store) => store.layout)
  const sort = usePreferencesStore((store) => store.sort)
  const ask = useAskMachine()
  const sorted = useMemo(() => sortedMachines(entries.values(), sort), [entries, sort])
  const arranged = useMemo(() => matchingMachines(sorted, { query, tag }), [sorted, query, tag])

  if (entries.size === 0) {
    return (
      <Situation
        icon={<Boxes size={24} />}
        title="No machines yet"
        actions={
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => navigate({ kind: 'create' })}>
            New machine
          </Button>
        }
      >
        <p>Make one from a disk image, an installer ISO, or a kernel and its initrd.</p>
      </Situation>
    )
  }
  if (arranged.length === 0) {
    return (
      <Situation
        icon={<SearchX size={24} />}
        title={`Nothing matches “${[tag, query.trim()].filter(Boolean).join(' ')}”`}
        actions={
          <Button variant="default" onClick={onClear}>
            Clear search
          </Button>
        }
      >
        <p>Names, tags, states and architectures are searched.</p>
      </Situation>
    )
  }
  return (
    <>
      <SelectionArea entries={arranged}>
        <MachineContextMenu ask={ask}>
          {layout === 'list' ? (
            <MachineTable entries={arranged} ask={ask} />
          ) : (
            <MachineGrid entries={arranged} ask={ask} />
          )}
        </MachineContextMenu>
      </SelectionArea>
      {/* Below, so that the rows stay where they are when the first one is chosen. */}
      <BulkBar entries={arranged} />
    </>
  )
})

const LibraryHeader = memo(function LibraryHeader() {
  const isReady = useVmStore((store) => store.status.kind === 'ready')
  const entries = useVmStore((store) => store.entries)
  const running = useMemo(() => [...entries.values()].filter(({ state }) => state.kind === 'running').length, [entries])
  return (
    <header className="library-header">
      <h1 className="page-title">Machines</h1>
      {isReady && (
        <span className="quiet number page-detail" aria-live="polite">
          {entries.size} in the library, {running} running
        </span>
      )}
      <ActionIcon
        className="library-trash"
        variant="default"
        size="input-sm"
        component="a"
        href={formatRoute({ kind: 'trash' })}
        aria-label="Trash"
        title="Trash"
      >
        <Trash2 size={16} aria-hidden />
      </ActionIcon>
      <Button
        className="library-new"
        leftSection={<Plus size={16} aria-hidden />}
        onClick={() => navigate({ kind: 'create' })}
      >
        New machine
      </Button>
    </header>
  )
})

/** What was asked for from here and did not work. */
function LibraryFailures() {
  const failures = useActivityStore((store) => store.failures)
  if (failures.size === 0) return null
  return (
    <div className="library-failures">
      {[...failures.values()].map(({ machineId, machineName, failure }) => (
        <FailureCard
          key={machineId}
          failure={failure}
          about={machineName}
          onDismiss={() => dismissFailure(machineId)}
        />
      ))}
    </div>
  )
}

function LibrarySkeleton() {
  return (
    <div className="library-skeleton panel" role="status" aria-label="Loading machines">
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} height={20} radius="sm" />
      ))}
    </div>
  )
}
