import { useHotkeys } from '@mantine/hooks'
import { lazy, Suspense, useState } from 'react'

import { useJobNotices } from '../features/jobs/use-job-notices.tsx'
import { ReadinessCard } from '../features/host/readiness-card.tsx'
import { Library } from '../features/machines/library/library.tsx'
import { setJobDrawerOpen, useJobDrawerStore } from '../state/job-drawer-store.ts'
import { undoLast } from '../state/undo-store.ts'
import { navigate, useRoute } from '../state/use-route.ts'
import { useVmStore } from '../state/vm-store.ts'
import { useOnceSettled } from '../ui/use-once-settled.ts'
import { useFocusScreen } from './use-focus-screen.ts'
import { useKeepFocus } from './use-keep-focus.ts'
import { useWindowTitle } from './use-window-title.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { PageLoading } from './page-loading.tsx'
import { Rail } from './rail.tsx'
import './frame.css'

// Only the library is needed for the first paint; the rest arrives when it is asked for.
const loadMachinePage = () => import('../features/machines/page/machine-page.tsx')
const MachinePage = lazy(async () => ({ default: (await loadMachinePage()).MachinePage }))
const CreatePage = lazy(async () => ({
  default: (await import('../features/machines/create/create-page.tsx')).CreatePage,
}))
const ImagesPage = lazy(async () => ({ default: (await import('../features/images/images-page.tsx')).ImagesPage }))
const DisksPage = lazy(async () => ({ default: (await import('../features/disks/disks-page.tsx')).DisksPage }))
const ContainersPage = lazy(async () => ({
  default: (await import('../features/containers/containers-page.tsx')).ContainersPage,
}))
const ContainerPage = lazy(async () => ({
  default: (await import('../features/containers/container-page.tsx')).ContainerPage,
}))
const TrashPage = lazy(async () => ({
  default: (await import('../features/machines/trash/trash-page.tsx')).TrashPage,
}))
const HostPage = lazy(async () => ({ default: (await import('../features/host/host-page.tsx')).HostPage }))
const JobsDrawer = lazy(async () => ({ default: (await import('../features/jobs/jobs-drawer.tsx')).JobsDrawer }))
const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }))
const ShortcutSheet = lazy(async () => ({ default: (await import('./shortcut-sheet.tsx')).ShortcutSheet }))

/** The console is what comes next: have it at hand. */
const prefetchMachinePage = () => void loadMachinePage()

/** A terminal types into a hidden text area, where every plain Ctrl+letter belongs to the guest. */
const NOT_IN_TERMINALS = ['TEXTAREA']

/** The frame: the rail on the left, one screen beside it, and what opens over both. */
export function App() {
  const [paletteOpen, setPaletteOpen] = useState(false)
  const [sheetOpen, setSheetOpen] = useState(false)
  const route = useRoute()
  const jobsAsked = useAskedOnce(useJobDrawerStore((store) => store.open))
  useJobNotices()
  useWindowTitle(route)
  useFocusScreen(route)
  useKeepFocus()
  const libraryReady = useVmStore((store) => store.status.kind === 'ready')
  useOnceSettled(libraryReady, prefetchMachinePage)

  useHotkeys([['mod+K', () => setPaletteOpen(true)]], NOT_IN_TERMINALS)
  useHotkeys(
    [
      ['mod+shift+P', () => setPaletteOpen(true)],
      ['alt+N', () => navigate({ kind: 'create' })],
      ['alt+1', () => navigate({ kind: 'machines' })],
      ['alt+2', () => navigate({ kind: 'host' })],
      ['alt+I', () => navigate({ kind: 'images' })],
      ['alt+3', () => navigate({ kind: 'disks' })],
      ['alt+J', () => setJobDrawerOpen(true)],
    ],
    [],
  )
  useHotkeys([['shift+?', () => setSheetOpen(true)]])
  // Not in fields, where it takes back what was typed.
  useHotkeys([['mod+Z', () => undoLast()]])

  return (
    <div className="frame">
      <a className="skip-link" href="#main" onClick={focusMain}>
        Skip to the content
      </a>
      <Rail route={route} onPalette={() => setPaletteOpen(true)} onShortcuts={() => setSheetOpen(true)} />
      <div className="frame-content">
        <ConnectionBanner />
        <main id="main" className="frame-main" tabIndex={-1}>
          <ErrorBoundary key={route.kind}>
            <Suspense fallback={<PageLoading />}>
              {route.kind === 'machines' && <Library readiness={<ReadinessCard />} />}
              {route.kind === 'machine' && <MachinePage key={route.id} id={route.id} tab={route.tab} />}
              {route.kind === 'create' && <CreatePage />}
              {route.kind === 'images' && <ImagesPage />}
              {route.kind === 'containers' && <ContainersPage view={route.view} />}
              {route.kind === 'container' && <ContainerPage key={route.id} id={route.id} />}
              {route.kind === 'host' && <HostPage />}
              {route.kind === 'trash' && <TrashPage />}
              {route.kind === 'disks' && <DisksPage key={`${route.path} ${route.step}`} route={route} />}
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <Suspense fallback={null}>
        {paletteOpen && <CommandPalette onClose={() => setPaletteOpen(false)} onShortcuts={() => setSheetOpen(true)} />}
        {jobsAsked && <JobsDrawer />}
        {sheetOpen && <ShortcutSheet onClose={() => setSheetOpen(false)} />}
      </Suspense>
    </div>
  )
}

/** True from the first time on: what was opened once stays, so that it can be seen to close. */
function useAskedOnce(open: boolean): boolean {
  const [asked, setAsked] = useState(open)
  if (open && !asked) setAsked(true)
  return asked || open
}

/** The address holds the screen, so this link moves the focus and leaves the address alone. */
function focusMain(event: { preventDefault(): void }): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('#main')?.focus()
}
