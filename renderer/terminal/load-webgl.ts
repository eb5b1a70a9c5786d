import type { Terminal } from '@xterm/xterm'

/** Renderers that draw WebGL on the processor: SwiftShader (Chromium's own), Mesa's llvmpipe and softpipe. */
const softwareRenderer = /swiftshader|llvmpipe|softpipe|software/i

/**
 * Draws with WebGL where a graphics card does it; loaded after the first paint. Without one, or when the context is
 * lost (driver reset, too many terminals), xterm's DOM renderer goes on.
 */
export async function loadWebgl(terminal: Terminal): Promise<void> {
  if (!hasGraphicsCard()) return
  const { WebglAddon } = await import('@xterm/addon-webgl')
  const webgl = new WebglAddon()
  webgl.onContextLoss(() => webgl.dispose())
  try {
    terminal.loadAddon(webgl)
  } catch {
    webgl.dispose()
  }
}

/** Chromium does not count SwiftShader as a performance caveat (seen with 150), so the renderer's name is asked too. */
function hasGraphicsCard(): boolean {
  const probe = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  if (probe === null) return false
  const names = probe.getExtension('WEBGL_debug_renderer_info')
  const renderer: unknown = names === null ? '' : probe.getParameter(names.UNMASKED_RENDERER_WEBGL)
  probe.getExtension('WEBGL_lose_context')?.loseContext()
  return !softwareRenderer.test(String(renderer))
}
