/** Where Mantine keeps the choice; see `localStorageColorSchemeManager`. */
const STORAGE_KEY = 'mantine-color-scheme-value'

/**
 * Sets the colour scheme before anything is drawn. Mantine's own script for this is inline, which the content policy
 * refuses, and its provider acts only after the first paint.
 */
export function applyColorScheme(): void {
  const chosen = window.localStorage.getItem(STORAGE_KEY)
  const dark = chosen === 'dark' || (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
}
