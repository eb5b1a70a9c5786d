import type { ITheme } from '@xterm/xterm'

/**
 * Dark in both themes of the window: guests choose colours for a dark screen. Every colour but black stands at 4.5:1
 * or more on the background.
 */
export const terminalTheme: ITheme = {
  background: '#0d1013',
  foreground: '#d6dade',
  cursor: '#82d5bb',
  cursorAccent: '#0d1013',
  selectionBackground: '#2b5d78',
  black: '#434b54',
  red: '#f4776d',
  green: '#55c3a2',
  yellow: '#e0b45a',
  blue: '#6ea8f0',
  magenta: '#c792e0',
  cyan: '#56c2d6',
  white: '#d6dade',
  brightBlack: '#8b949f',
  brightRed: '#ff9a90',
  brightGreen: '#82d5bb',
  brightYellow: '#f2cf85',
  brightBlue: '#99c4fa',
  brightMagenta: '#ddb3f0',
  brightCyan: '#86dcec',
  brightWhite: '#ffffff',
}

/** Colours of the lines that Petri itself writes between the guest's. */
export const noticeColors = { backgroundColor: '#14352c', foregroundColor: '#afe5d3' } as const

/** Colours of search matches. */
export const searchColors = {
  matchBackground: '#5a4a1c',
  matchOverviewRuler: '#e0b45a',
  activeMatchBackground: '#8a6a12',
  activeMatchColorOverviewRuler: '#ffffff',
} as const
