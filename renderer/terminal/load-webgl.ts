import type { Terminal } from '@xterm/xterm'

/**
 * Draws with WebGL where a graphics card does it; loaded after the first paint. Without one, or when the context is
 * lost (driver reset, too many terminals), xterm's DOM renderer goes on: software WebGL is slower than that.
 */
export async function loadWebgl(terminal: Terminal): Promise<void> {
  const probe = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  if (probe === null) return
  probe.getExtension('WEBGL_lose_context')?.loseContext()
  const { WebglAddon } = await import('@xterm/addon-webgl')
  const webgl = new WebglAddon()
  webgl.onContextLoss(() => webgl.dispose())
  try {
    terminal.loadAddon(webgl)
  } catch {
    webgl.dispose()
  }
}
