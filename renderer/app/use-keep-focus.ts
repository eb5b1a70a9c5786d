import { useEffect } from 'react'

/** How many places are remembered: a dialog and what opened it are not all. */
const REMEMBERED = 8

/**
 * When what has the focus goes away or is switched off, the browser leaves the keyboard nowhere. Then it is put on the
 * nearest thing that still stands around the place where it was, or around the one before.
 */
export function useKeepFocus(): void {
  useEffect(() => {
    let places: (readonly HTMLElement[])[] = []
    const remember = ({ target }: Event): void => {
      if (target instanceof HTMLElement && target !== document.body)
        places = [around(target), ...places].slice(0, REMEMBERED)
    }
    const putBack = (): void => {
      if (document.activeElement !== null && document.activeElement !== document.body) return
      if (!document.hasFocus()) return
      const left = places[0]?.[0]
      // Blurred on purpose: it still stands there.
      if (left !== undefined && isUsable(left)) return
      const next = places.flat().find(isUsable)
      next?.focus({ preventScroll: true })
    }
    // Whoever took something away may put the focus somewhere better first.
    const soon = (): void => void requestAnimationFrame(() => requestAnimationFrame(putBack))
    document.addEventListener('focusin', remember)
    document.addEventListener('focusout', soon)
    document.addEventListener('keydown', putBack, true)
    return () => {
      document.removeEventListener('focusin', remember)
      document.removeEventListener('focusout', soon)
      document.removeEventListener('keydown', putBack, true)
    }
  }, [])
}

/** The element and what can take the focus around it, from the inside out. */
function around(element: HTMLElement): HTMLElement[] {
  const found = [element]
  for (let outer = element.parentElement; outer !== null; outer = outer.parentElement)
    if (outer.hasAttribute('tabindex')) found.push(outer)
  return found
}

function isUsable(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility()
}
