/** What a key does in a terminal besides typing. */
export type TerminalShortcut = 'copy' | 'search' | 'larger' | 'smaller' | 'native'

/**
 * The shortcut of a key press, or undefined: the key belongs to the guest. Only Ctrl+Shift combinations and Shift+Tab
 * are taken; a plain Ctrl+letter never is. `native`: the browser's own action (paste; focus leaves the terminal).
 */
export function terminalShortcut(
  event: Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>,
): TerminalShortcut | undefined {
  if (event.key === 'Tab' && event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) return 'native'
  if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return undefined
  switch (event.code) {
    case 'KeyC':
      return 'copy'
    case 'KeyV':
      return 'native'
    case 'KeyF':
      return 'search'
    case 'Equal':
    case 'NumpadAdd':
      return 'larger'
    case 'Minus':
    case 'NumpadSubtract':
      return 'smaller'
    default:
      return undefined
  }
}
