import { AArrowDown, AArrowUp, Accessibility, ClipboardPaste, Copy, Download, Eraser, Search } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'

import { CallFailed } from '../api/call-failed.ts'
import { ToolButton } from '../ui/tool-button.tsx'
import type { TerminalSession } from './terminal-session.ts'
import {
  FONT_SIZE_MAX,
  FONT_SIZE_MIN,
  stepFontSize,
  toggleScreenReader,
  useTerminalSettings,
} from './terminal-settings.ts'

/** Everything that can be done with a terminal besides typing. Shift+Tab in the terminal leads here. */
export function TerminalToolbar({ session }: { readonly session: TerminalSession }) {
  const title = useStore(session.state, (state) => state.title)
  const hasSelection = useStore(session.state, (state) => state.hasSelection)
  const searching = useStore(session.state, (state) => state.searching)
  const { fontSize, screenReader } = useTerminalSettings()
  const [word, setWord] = useState('')

  const copy = async () => setWord((await session.copy()) ? 'Copied' : 'The clipboard is not available here')
  const paste = async () => setWord((await session.paste()) ? '' : 'Press Ctrl+Shift+V in the terminal to paste')
  const save = () =>
    session.saveToFile().then(
      () => setWord('Saved'),
      (error: unknown) => setWord(error instanceof CallFailed ? error.failure.title : 'The log could not be saved'),
    )

  return (
    <div className="terminal-toolbar" role="toolbar" aria-label="Terminal">
      <span className="terminal-title" title={title === '' ? undefined : `The guest calls this: ${title}`}>
        <span aria-live="polite">{word}</span>
        {word === '' && title}
      </span>
      <ToolButton icon={Copy} label="Copy" keys="Ctrl+Shift+C" disabled={!hasSelection} onClick={() => void copy()} />
      <ToolButton icon={ClipboardPaste} label="Paste" keys="Ctrl+Shift+V" onClick={() => void paste()} />
      <ToolButton
        icon={Search}
        label="Search"
        keys="Ctrl+Shift+F"
        pressed={searching}
        onClick={() => (searching ? session.closeSearch() : session.openSearch())}
      />
      <span className="terminal-divider" />
      <ToolButton
        icon={AArrowDown}
        label="Smaller text"
        keys="Ctrl+Shift+−"
        disabled={fontSize <= FONT_SIZE_MIN}
        onClick={() => stepFontSize(-1)}
      />
      <ToolButton
        icon={AArrowUp}
        label="Larger text"
        keys="Ctrl+Shift++"
        disabled={fontSize >= FONT_SIZE_MAX}
        onClick={() => stepFontSize(1)}
      />
      <ToolButton icon={Accessibility} label="Screen reader mode" pressed={screenReader} onClick={toggleScreenReader} />
      <span className="terminal-divider" />
      <ToolButton icon={Eraser} label="Clear the view" onClick={() => session.clear()} />
      <ToolButton icon={Download} label="Save the log to a file" onClick={() => void save()} />
    </div>
  )
}
