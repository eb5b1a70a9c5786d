import { ActionIcon, TextInput } from '@mantine/core'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { useStore } from 'zustand'

import type { TerminalSession } from './terminal-session.ts'

/** Searches the scrollback while typing; Enter goes on, Shift+Enter back, Escape closes. */
export function TerminalSearch({ session }: { readonly session: TerminalSession }) {
  const [text, setText] = useState('')
  const { index, count } = useStore(session.state, (state) => state.matches)

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') session.find(text, event.shiftKey ? 'previous' : 'next')
    else if (event.key === 'Escape') session.closeSearch()
    else return
    event.preventDefault()
  }

  return (
    <search className="terminal-search">
      <TextInput
        size="xs"
        flex={1}
        maw={320}
        autoFocus
        aria-label="Search in the terminal"
        placeholder="Search"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          session.find(event.currentTarget.value, 'typed')
        }}
        onKeyDown={onKeyDown}
      />
      <span className="terminal-matches" role="status">
        {text === '' ? '' : count === 0 ? 'Nothing found' : index === 0 ? `${count} found` : `${index} of ${count}`}
      </span>
      <ActionIcon aria-label="Previous match" disabled={count === 0} onClick={() => session.find(text, 'previous')}>
        <ChevronUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label="Next match" disabled={count === 0} onClick={() => session.find(text, 'next')}>
        <ChevronDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label="Close the search" onClick={() => session.closeSearch()}>
        <X size={16} aria-hidden />
      </ActionIcon>
    </search>
  )
}
