import type { ApiEvent, CallOutcome } from './api.ts'
import type { ConsoleFrame, ConsoleHandle, ConsoleTarget } from './console.ts'

/**
 * What the preload script puts into Electron's window: the bridge, whose outcomes are JSON text. Text crosses from the
 * preload script's world to the page's at once; an object is walked and rebuilt, which for 1,000 machines takes as long
 * as drawing them.
 */
export interface PreloadBridge extends Omit<PetriBridge, 'call'> {
  /** As `PetriBridge.call`, with the outcome as JSON. */
  callForJson(name: string, params: unknown, callId: string): Promise<string>
}

/**
 * The one opening between the window and the owner: `window.petri` in Electron, a WebSocket elsewhere.
 * It carries calls by name and decides nothing.
 */
export interface PetriBridge {
  readonly shell: 'electron' | 'web'
  /** `callId` is the caller's, unique per window; `cancel` uses it. Resolves always; failures are outcomes. */
  call(name: string, params: unknown, callId: string): Promise<CallOutcome>
  cancel(callId: string): void
  /** Returns the end of the subscription. */
  subscribe(listener: (event: ApiEvent) => void): () => void
  openConsole(target: ConsoleTarget, listener: (frame: ConsoleFrame) => void): ConsoleHandle
  /** Tells when the owner is lost and found again (web only; Electron never calls it). */
  onConnection(listener: (connected: boolean) => void): () => void
  /** Opens an https address outside after a question to the person. */
  openExternal(url: string): void
  /** Asks for a file with the system's dialog; undefined: none was chosen. Electron only: a browser gives no paths. */
  chooseFile?(title: string): Promise<string | undefined>
  /** The path of a file that was dropped on the window; undefined: it has none. Electron only. */
  pathOfDropped?(file: unknown): string | undefined
}
