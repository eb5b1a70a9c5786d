/**
 * `npm start`: from a clone to a running Petri. Prepares what is missing, builds what has changed, then opens the window,
 * or serves on 127.0.0.1 where there can be none (`npm start -- --serve` asks for that; further options go to
 * `petri serve`).
 */
import { join } from 'node:path'
import { ROOT, setUp } from './setup.mjs'
import { ensureElectron } from './setup/electron-binary.mjs'
import { say } from './setup/say.mjs'
import { isOnPath } from './setup/system-packages.mjs'
import { chooseShell } from './start/choose-shell.mjs'
import { explainElectronExit } from './start/explain-electron-exit.mjs'
import { runInForeground } from './start/run-in-foreground.mjs'
import { buildStarter } from './starter/build-starter.mjs'

/** Electron that ends with an error sooner than this has not started. */
const STARTED_AFTER_MS = 15_000
const RETRY_STARTER_AFTER_MS = 3600_000

const args = process.argv.slice(2)
const choice = chooseShell({ args, env: process.env, uid: process.getuid?.() })
process.exitCode = await start()

/** @returns {Promise<number>} The exit code. */
async function start() {
  if (!(await setUp({ window: choice.kind === 'electron' }))) return 1
  try {
    const { buildPetri } = await import('./build.mjs')
    await buildPetri({ ifNeeded: true })
  } catch (error) {
    say(`The build failed: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
  // Without a Starter the library opens all the same, only without that machine.
  await buildStarter({ outFolder: join(ROOT, 'dist/starter'), retryAfterMs: RETRY_STARTER_AFTER_MS, say })
  return choice.kind === 'electron' ? openWindow() : serve(choice.reason)
}

/** @returns {Promise<number>} */
async function openWindow() {
  const electron = await ensureElectron(ROOT)
  if ('missing' in electron) return serve(electron.missing)
  const ended = await runInForeground(electron.path, [ROOT, ...args], { cwd: ROOT, watchErrors: true })
  const failed = ended.code !== 0 && !ended.interrupted && ended.elapsedMs < STARTED_AFTER_MS
  if (!failed) return ended.interrupted ? 0 : (ended.code ?? 1)
  return serve(`Electron did not start: ${explainElectronExit(ended.output, ended.signal ?? ended.code ?? 'no code')}`)
}

/**
 * @param {string | undefined} reason
 * @returns {Promise<number>}
 */
async function serve(reason) {
  if (reason !== undefined) say(`No window, because ${reason}. Petri is served on this machine instead:`)
  const display = process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']
  const browser = display && isOnPath('xdg-open') && !args.includes('--open') ? ['--open'] : []
  const passed = args.filter((arg) => arg !== '--serve')
  const ended = await runInForeground(
    process.execPath,
    [join(ROOT, 'dist/main/cli.js'), 'serve', ...passed, ...browser],
    {
      cwd: ROOT,
      watchErrors: false,
    },
  )
  return ended.interrupted ? 0 : (ended.code ?? 1)
}
