import type { PetriBridge } from '#contract/bridge'

declare global {
  interface Window {
    /** Put there by the preload script in Electron; absent in a browser. */
    readonly petri?: PetriBridge
  }
}

/** Electron's bridge when the preload script made one, else a WebSocket to the server that served this page. */
export async function connectBridge(): Promise<PetriBridge> {
  if (window.petri !== undefined) return window.petri
  const { connectWebBridge } = await import('./web-bridge.ts')
  return connectWebBridge()
}
