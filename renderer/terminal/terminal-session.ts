import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal } from '@xterm/xterm'
import { createStore, type StoreApi } from 'zustand'

import type { ConsoleFrame, ConsoleHandle, ConsoleTarget } from '#contract/console'
import type { VmArchitecture } from '#contract/vm-spec'

import type { Client } from '../api/client.ts'
import { loadWebgl } from './load-webgl.ts'
import { pasteText } from './paste-text.ts'
import { saveLog } from './save-log.ts'
import { createSilenceWatch } from './silence-watch.ts'
import { terminalShortcut } from './terminal-keys.ts'
import { markerText, skippedText } from './terminal-notices.ts'
import { createTerminalOutput } from './terminal-output.ts'
import { answerQueries } from './terminal-replies.ts'
import { stepFontSize, useTerminalSettings } from './terminal-settings.ts'
import { initialTerminalState, type TerminalState } from './terminal-state.ts'
import { searchColors, terminalTheme } from './terminal-theme.ts'

const SCROLLBACK_LINES = 10_000
/** Longest piece of input sent at once. */
const WRITE_BYTES = 16 * 1024

/**
 * One terminal on one console. It outlives the component that shows it: it keeps reading, and its scrollback, while
 * it is not mounted. Whoever creates it disposes of it.
 */
export interface TerminalSession {
  readonly state: StoreApi<TerminalState>
  /** For the explanation of a silent console; undefined where no machine's boot is awaited. */
  readonly architecture: VmArchitecture | undefined
  /** Shows the terminal in `element` and fits it to its size until `unmount`. */
  mount(element: HTMLElement, label: string): void
  unmount(): void
  focus(): void
  openSearch(): void
  closeSearch(): void
  /** `typed`: the text is still being typed, so a match that grows with it stays. */
  find(text: string, how: 'typed' | 'next' | 'previous'): void
  /** Copies the selection; needs a gesture. False without a selection, or when the clipboard is not allowed. */
  copy(): Promise<boolean>
  /** Types the clipboard's text, several lines only after a question. False when it may not be read. */
  paste(): Promise<boolean>
  clear(): void
  scrollToEnd(): void
  /** Downloads the console's log. Throws `CallFailed`. */
  saveToFile(): Promise<void>
  dispose(): void
}

/** Opens the console `target` at once. `name` is the machine's, for the saved file. */
export function createTerminalSession(options: {
  readonly client: Client
  readonly target: ConsoleTarget
  readonly name: string
  readonly architecture?: VmArchitecture | undefined
}): TerminalSession {
  const { client, target } = options
  const { bridge } = client
  const state = createStore<TerminalState>(() => initialTerminalState)
  const openLink = (_event: MouseEvent, url: string) => bridge.openExternal(url)
  const terminal = new Terminal({
    allowProposedApi: true, // unicode versions and decorations
    logLevel: 'off', // a guest could fill the log with parsing errors
    scrollback: SCROLLBACK_LINES,
    theme: terminalTheme,
    fontFamily: "'JetBrains Mono Variable', ui-monospace, 'DejaVu Sans Mono', monospace",
    fontSize: useTerminalSettings.getState().fontSize,
    screenReaderMode: useTerminalSettings.getState().screenReader,
    minimumContrastRatio: 3,
    cursorBlink: false,
    linkHandler: { activate: openLink },
  })
  const fit = new FitAddon()
  const search = new SearchAddon()
  terminal.loadAddon(fit)
  terminal.loadAddon(search)
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  terminal.loadAddon(new WebLinksAddon(openLink))

  const host = document.createElement('div')
  host.className = 'terminal-host'
  let handle: ConsoleHandle | undefined
  let resizes: ResizeObserver | undefined
  let disposed = false

  const output = createTerminalOutput(terminal, (bytes) => handle?.send({ kind: 'ack', bytes }))
  const silence = createSilenceWatch(Date.now, (silent) => state.setState({ silent }))
  answerQueries(terminal, {
    mayAnswer: () => !output.replaying,
    now: () => performance.now(),
    send: (answer) => handle?.send({ kind: 'reply', bytes: new TextEncoder().encode(answer) }),
  })

  function open(): void {
    handle?.close()
    handle = bridge.openConsole(target, onFrame)
    handle.send({ kind: 'resize', cols: terminal.cols, rows: terminal.rows })
  }

  function onFrame(frame: ConsoleFrame): void {
    switch (frame.kind) {
      case 'attached':
        return state.setState({ standing: frame.live ? { kind: 'live' } : { kind: 'idle', reason: '' } })
      case 'data':
        silence.output()
        return output.data(frame.bytes, frame.replay)
      case 'skipped':
        state.setState(({ skippedBytes }) => ({ skippedBytes: skippedBytes + frame.bytes }))
        return output.notice(skippedText(frame.bytes), false)
      case 'input-dropped':
        return state.setState(({ droppedBytes }) => ({ droppedBytes: droppedBytes + frame.bytes }))
      case 'marker':
        if (!frame.replay && frame.marker.kind !== 'power-off') state.setState({ standing: { kind: 'live' } })
        silence.marker(frame.marker)
        return output.notice(markerText(frame.marker), frame.marker.kind === 'power-on')
      case 'idle':
        silence.stop()
        return state.setState({ standing: { kind: 'idle', reason: frame.reason } })
      case 'closed':
        silence.stop()
        return state.setState({ standing: { kind: 'closed', reason: frame.reason } })
    }
  }

  function type(bytes: Uint8Array): void {
    if (state.getState().droppedBytes > 0) state.setState({ droppedBytes: 0 })
    for (let at = 0; at < bytes.length; at += WRITE_BYTES) {
      handle?.send({ kind: 'write', bytes: bytes.slice(at, at + WRITE_BYTES) })
    }
  }

  function pasteChecked(clipboard: string): void {
    const { text, severalLines } = pasteText(clipboard)
    if (text === '') return
    if (!severalLines) return terminal.paste(text)
    const answer = (agreed: boolean) => {
      state.setState({ question: undefined })
      if (agreed) terminal.paste(text)
      terminal.focus()
    }
    state.setState({ question: { text, lines: text.trimEnd().split(/\r\n|\r|\n/).length, answer } })
  }

  async function copy(): Promise<boolean> {
    const selection = terminal.getSelection()
    if (selection === '') return false
    return navigator.clipboard.writeText(selection).then(
      () => true,
      () => false,
    )
  }

  /** True: the key is xterm's. */
  function onKey(event: KeyboardEvent): boolean {
    const shortcut = terminalShortcut(event)
    if (shortcut === undefined) return true
    if (shortcut === 'native') return false
    event.preventDefault()
    if (event.type !== 'keydown') return false
    if (shortcut === 'copy') void copy()
    else if (shortcut === 'search') state.setState({ searching: true })
    else stepFontSize(shortcut === 'larger' ? 1 : -1)
    return false
  }

  const encoder = new TextEncoder()
  terminal.attachCustomKeyEventHandler(onKey)
  terminal.onData((text) => type(encoder.encode(text)))
  terminal.onBinary((text) => type(Uint8Array.from(text, (character) => character.charCodeAt(0))))
  terminal.onResize(({ cols, rows }) => handle?.send({ kind: 'resize', cols, rows }))
  terminal.onTitleChange((title) => state.setState({ title }))
  terminal.onSelectionChange(() => state.setState({ hasSelection: terminal.hasSelection() }))
  search.onDidChangeResults(({ resultIndex, resultCount }) =>
    state.setState({ matches: { index: resultIndex + 1, count: resultCount } }),
  )
  const follow = () => {
    const { viewportY, baseY } = terminal.buffer.active
    if (state.getState().following !== viewportY >= baseY) state.setState({ following: viewportY >= baseY })
  }
  terminal.onScroll(follow)
  terminal.onRender(follow)
  // Before xterm sees it: its own paste handler knows neither questions nor control characters.
  host.addEventListener(
    'paste',
    (event) => {
      event.preventDefault()
      event.stopPropagation()
      pasteChecked(event.clipboardData?.getData('text/plain') ?? '')
    },
    { capture: true },
  )

  const fitNow = () => {
    if (host.isConnected && host.clientWidth > 0) fit.fit()
  }
  const endSettings = useTerminalSettings.subscribe(({ fontSize, screenReader }) => {
    terminal.options.fontSize = fontSize
    terminal.options.screenReaderMode = screenReader
    fitNow()
  })
  const endConnection = bridge.onConnection((connected) => {
    if (!connected || state.getState().standing.kind !== 'closed') return
    output.reset()
    open()
  })
  open()

  return {
    state,
    architecture: options.architecture,
    mount(element, label) {
      element.append(host)
      if (terminal.element === undefined) {
        terminal.open(host)
        void loadWebgl(terminal)
      }
      terminal.textarea?.setAttribute('aria-label', label)
      fitNow()
      resizes = new ResizeObserver(fitNow)
      resizes.observe(host)
    },
    unmount() {
      resizes?.disconnect()
      host.remove()
    },
    focus: () => terminal.focus(),
    openSearch: () => state.setState({ searching: true }),
    closeSearch() {
      search.clearDecorations()
      state.setState({ searching: false, matches: initialTerminalState.matches })
      terminal.focus()
    },
    find(text, how) {
      if (text === '') search.clearDecorations()
      else if (how === 'previous') search.findPrevious(text, { decorations: searchColors })
      else search.findNext(text, { decorations: searchColors, incremental: how === 'typed' })
    },
    copy,
    async paste() {
      const text = await navigator.clipboard.readText().catch(() => undefined)
      if (text !== undefined) pasteChecked(text)
      return text !== undefined
    },
    clear: () => terminal.clear(),
    scrollToEnd() {
      terminal.scrollToBottom()
      terminal.focus()
    },
    saveToFile: () => saveLog(client, target, options.name),
    dispose() {
      if (disposed) return
      disposed = true
      endSettings()
      endConnection()
      silence.stop()
      output.dispose()
      handle?.close()
      resizes?.disconnect()
      host.remove()
      terminal.dispose()
    },
  }
}
