import { useEffect, useRef } from 'react'

import type { Route } from '../state/route.ts'

/** Puts the focus at the beginning of a new screen, so that the keyboard does not start over at the rail. */
export function useFocusScreen(route: Route): void {
  const screen = route.kind === 'machine' ? `machine ${route.id}` : route.kind
  const shown = useRef(screen)
  useEffect(() => {
    if (shown.current === screen) return
    shown.current = screen
    document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true })
  }, [screen])
}
