import { useMemo, useSyncExternalStore } from 'react'

import { formatRoute, parseRoute, type Route } from './route.ts'

/** The screen on show. It lives in the address, so that Back works and a reload stays where it was. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribeToHash, () => window.location.hash)
  return useMemo(() => parseRoute(hash), [hash])
}

export function navigate(route: Route): void {
  window.location.hash = formatRoute(route)
}

function subscribeToHash(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange)
  return () => window.removeEventListener('hashchange', onChange)
}
