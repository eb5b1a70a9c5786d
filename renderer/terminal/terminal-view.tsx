import '@xterm/xterm/css/xterm.css'
import './terminal.css'
import { Button } from '@mantine/core'
import { ArrowDownToLine } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'

import { PasteDialog } from './paste-dialog.tsx'
import { TerminalNotices } from './terminal-notice-bar.tsx'
import { TerminalSearch } from './terminal-search.tsx'
import type { TerminalSession } from './terminal-session.ts'
import { TerminalToolbar } from './terminal-toolbar.tsx'

/**
 * Shows a session with its toolbar, filling its parent. The session goes on when the view is gone.
 * @param label names the terminal for people and screen readers: `Serial console of Starter`
 */
export function TerminalView({ session, label }: { readonly session: TerminalSession; readonly label: string }) {
  const screen = useRef<HTMLDivElement>(null)
  const searching = useStore(session.state, (state) => state.searching)
  const following = useStore(session.state, (state) => state.following)

  useEffect(() => {
    if (screen.current !== null) session.mount(screen.current, label)
    return () => session.unmount()
  }, [session, label])

  return (
    <section className="terminal-view" aria-label={label}>
      <TerminalToolbar session={session} />
      {searching && <TerminalSearch session={session} />}
      <TerminalNotices session={session} />
      <div className="terminal-screen" ref={screen}>
        {!following && (
          <Button
            className="terminal-follow"
            size="compact-xs"
            leftSection={<ArrowDownToLine size={14} aria-hidden />}
            onClick={() => session.scrollToEnd()}
          >
            Newest line
          </Button>
        )}
      </div>
      <PasteDialog session={session} />
    </section>
  )
}
