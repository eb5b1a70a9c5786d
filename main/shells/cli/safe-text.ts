/**
 * Text from a machine, a file or another program, fit for a terminal: what would steer the terminal or turn the reading
 * direction is replaced by U+FFFD. With `lines`, line breaks and tabs stay.
 */
export function safeText(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  return text.replace(lines ? steeringExceptLines : steering, '\uFFFD')
}

// Control characters, and the marks and overrides that turn the reading direction (Unicode TR9).
const steering = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu
const steeringExceptLines = /[^\P{Cc}\n\t]|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu
