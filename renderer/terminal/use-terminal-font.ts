import { useEffect, useState } from 'react'

/**
 * Whether the terminal's font is there. A terminal measures its letters once, when it is opened: with the fallback font
 * still in place, every column would be of the wrong width.
 */
export function useTerminalFont(): boolean {
  const [ready, setReady] = useState(fontIsLoaded)
  useEffect(() => {
    if (ready) return
    const show = (): void => setReady(true)
    document.fonts.load(FONT).then(show, show)
  }, [ready])
  return ready
}

const FONT = "13px 'JetBrains Mono Variable'"

function fontIsLoaded(): boolean {
  return document.fonts.check(FONT)
}
