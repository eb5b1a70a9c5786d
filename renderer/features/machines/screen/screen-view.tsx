import type { MachineEntry } from '#contract/vm-state'
import { Button, Loader } from '@mantine/core'
import { MonitorX, RotateCw } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useStore } from 'zustand'

import { useClient } from '../../../state/client-context.ts'
import { Situation } from '../../../ui/situation.tsx'
import { openScreenSession, type ScreenSession } from './screen-session.ts'
import { ScreenToolbar } from './screen-toolbar.tsx'
import './screen.css'

interface ScreenViewProps {
  readonly entry: MachineEntry
  readonly split: boolean
  readonly onSplit: (split: boolean) => void
}

/** The picture of a running machine with everything that can be done with it. */
export function ScreenView({ entry, split, onSplit }: ScreenViewProps) {
  const client = useClient()
  const frame = useRef<HTMLElement>(null)
  const picture = useRef<HTMLDivElement>(null)
  const hintId = useId()
  const [session, setSession] = useState<ScreenSession>()
  const [attempt, setAttempt] = useState(0)
  const [fit, setFit] = useState(true)
  const { id, name } = entry

  useEffect(() => {
    if (picture.current === null) return
    const opened = openScreenSession({
      client,
      vmId: id,
      element: picture.current,
      label: `Screen of ${name}`,
      describedBy: hintId,
      fit: true,
    })
    setSession(opened)
    return () => opened.dispose()
    // A new name must not cost the connection.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, id, hintId, attempt])
  useEffect(() => session?.setFit(fit), [session, fit])
  useEffect(
    () =>
      client.onConnection((connected) => {
        if (connected) setAttempt((count) => count + 1)
      }),
    [client],
  )

  /** Before noVNC takes it: the one combination that is not the guest's. */
  const leave = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey && event.altKey && event.code === 'KeyG')) return
    event.preventDefault()
    event.stopPropagation()
    if (event.type !== 'keydown') return
    session?.release()
    frame.current?.querySelector<HTMLElement>('[role="toolbar"] button')?.focus()
  }

  return (
    <section className="screen-view" aria-label={`Screen of ${name}`} ref={frame}>
      {session !== undefined && (
        <ScreenToolbar
          entry={entry}
          session={session}
          hintId={hintId}
          fit={fit}
          onFit={setFit}
          split={split}
          onSplit={onSplit}
          onFullScreen={() => void toggleFullScreen(frame.current)}
        />
      )}
      <div className="screen-stage" data-fit={fit} onKeyDownCapture={leave} onKeyUpCapture={leave}>
        <div className="screen-picture" ref={picture} />
        {session !== undefined && (
          <Standing key={attempt} session={session} onAgain={() => setAttempt((count) => count + 1)} />
        )}
      </div>
    </section>
  )
}

function Standing({ session, onAgain }: { readonly session: ScreenSession; readonly onAgain: () => void }) {
  const standing = useStore(session.state, (state) => state.standing)
  if (standing.kind === 'connected') return null
  return (
    <div className="screen-cover">
      {standing.kind === 'connecting' ? (
        <Loader size="sm" role="status" aria-label="Connecting to the screen" />
      ) : (
        <Situation
          icon={<MonitorX size={22} />}
          tone="warn"
          title="The screen is not connected"
          actions={
            <Button leftSection={<RotateCw size={15} aria-hidden />} onClick={onAgain}>
              Connect again
            </Button>
          }
        >
          <p className="wrap-anywhere">{standing.reason} The machine itself goes on.</p>
        </Situation>
      )}
    </div>
  )
}

async function toggleFullScreen(element: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement !== null) return await document.exitFullscreen()
  await element?.requestFullscreen()
}
