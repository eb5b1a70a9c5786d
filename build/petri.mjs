/**
 * `npm run -s petri -- <command>`: brings dist up to date when sources have changed, then runs the CLI in this process,
 * so that the terminal, the signals and the exit code are its own.
 */
import { buildPetri } from './build.mjs'

// Only `serve` shows the window.
const only = process.argv.includes('serve') ? ['main', 'renderer'] : ['main']
const built = await buildPetri({ ifNeeded: true, quiet: true, only })
if (built.length > 0) process.stderr.write(`petri: built ${built.join(', ')} first\n`)
await import(new URL('../dist/main/cli.js', import.meta.url).href)
