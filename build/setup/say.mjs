/**
 * Tells the person at the terminal something, on stderr: stdout belongs to the program that is started.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`)
}
