import { create } from 'zustand'
import { persist } from 'zustand/middleware'

export const FONT_SIZE_MIN = 9
export const FONT_SIZE_MAX = 28
const FONT_SIZE_DEFAULT = 13

/** How this person likes every terminal of the window; kept in the browser's storage. Font size in CSS pixels. */
interface TerminalSettings {
  readonly fontSize: number
  /** Speaks new output and keeps the rows readable for a screen reader, at the cost of speed. */
  readonly screenReader: boolean
}

export const useTerminalSettings = create<TerminalSettings>()(
  persist((): TerminalSettings => ({ fontSize: FONT_SIZE_DEFAULT, screenReader: false }), {
    name: 'petri.terminal',
    version: 1,
  }),
)

/** Makes the text larger (`step` 1) or smaller (-1), within limits. */
export function stepFontSize(step: 1 | -1): void {
  useTerminalSettings.setState(({ fontSize }) => ({
    fontSize: Math.min(FONT_SIZE_MAX, Math.max(FONT_SIZE_MIN, Math.round(fontSize + step))),
  }))
}

export function toggleScreenReader(): void {
  useTerminalSettings.setState(({ screenReader }) => ({ screenReader: !screenReader }))
}
