/**
 * An argv as one line that a POSIX shell takes apart into exactly the same words. Words that are safe stay bare, so
 * that the line can be read; every other one stands in single quotes.
 */
export function shellQuote(argv: readonly string[]): string {
  return argv.map((word, index) => (index === 0 && word.includes('=') ? inQuotes(word) : quoteWord(word))).join(' ')
}

/** One word, anywhere but at the beginning of a command: there, `a=b` would be an assignment. */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_/.,:@%+=-]+$/.test(word) ? word : inQuotes(word)
}

const inQuotes = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`
