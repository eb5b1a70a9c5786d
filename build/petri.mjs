/**
 * `npm run -s petri -- <command>`: brings dist up to date when sources have changed, then runs the CLI in this process,
 * so that the terminal, the signals and the exit code are its own.
 */
import { buildPetri } from './build.mjs'

if (await broughtUpToDate()) await import(new URL('../dist/main/cli.js', import.meta.url).href)

/** @returns {Promise<boolean>} false: it could not be built, and was said. */
async function broughtUpToDate() {
  try {
    // Only `serve` shows the window.
    const only = process.argv.includes('serve') ? ['main', 'renderer'] : ['main']
    const built = await buildPetri({ ifNeeded: true, quiet: true, only })
    if (built.length > 0) process.stderr.write(`petri: built ${built.join(', ')} first\n`)
    return true
  } catch (error) {
    process.stderr.write(`petri: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
    return false
  }
}
