/**
 * An argv as one line that a POSIX shell takes apart into exactly the same words. Words that are safe stay bare, so
 * that the line can be read; every other one stands in single quotes.
 */
export function shellQuote(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ')
}

/** `=` is not among the safe characters at the beginning: `a=b` as a first word would be an assignment. */
function quoteWord(word: string, index: number): string {
  const isSafe = /^[A-Za-z0-9_/.,:@%+=-]+$/.test(word) && !(index === 0 && word.includes('='))
  return isSafe ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
