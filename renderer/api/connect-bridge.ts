import type { CallOutcome } from '#contract/api'
import type { PetriBridge, PreloadBridge } from '#contract/bridge'

declare global {
  interface Window {
    /** Put there by the preload script in Electron; absent in a browser. */
    readonly petri?: PreloadBridge
  }
}

/** Electron's bridge when the preload script made one, else a WebSocket to the server that served this page. */
export async function connectBridge(): Promise<PetriBridge> {
  if (window.petri !== undefined) return fromPreload(window.petri)
  const { connectWebBridge } = await import('./web-bridge.ts')
  return connectWebBridge()
}

function fromPreload(preload: PreloadBridge): PetriBridge {
  return {
    ...preload,
    call: async (name, params, callId) => {
      const outcome: unknown = JSON.parse(await preload.callForJson(name, params, callId))
      if (isOutcome(outcome)) return outcome
      return { ok: false, failure: { code: 'internal', title: 'The answer was not understood', evidence: name } }
    },
  }
}

function isOutcome(value: unknown): value is CallOutcome {
  return typeof value === 'object' && value !== null && 'ok' in value
}
