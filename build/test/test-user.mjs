import { execFileSync } from 'node:child_process'
import { chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runProgram } from '../setup/run-program.mjs'
import { say } from '../setup/say.mjs'

const NAME = 'petri-test'
/** What a login of that user would have, and what the tests ask for; nothing else of root's environment goes along. */
const PASSED_ON = /^(LANG|LC_.*|TERM|CI|DISPLAY|WAYLAND_DISPLAY|ELECTRON_OVERRIDE_DIST_PATH|PETRI_.*)$/

/**
 * @typedef {object} TestPlace Where and as whom the tests of the running program run.
 * @property {string} root The checkout, or a copy that the user can read.
 * @property {string} who
 * @property {(program: string, args: readonly string[], limitMs: number, env: NodeJS.ProcessEnv) => Promise<number>} run
 *   Resolves with the exit code.
 * @property {() => void} close Removes what was made for it, and says which processes the tests have left behind.
 */

/**
 * The tests' place. Petri's users are not root, and Chromium's sandbox refuses root: so root runs them as the user
 * `petri-test`, who is made when there is none.
 *
 * @param {string} root
 * @returns {TestPlace}
 */
export function openTestPlace(root) {
  mkdirSync(join(root, 'test-results'), { recursive: true })
  if (process.getuid?.() !== 0) {
    /** @type {TestPlace['run']} */
    const run = async (program, args, limitMs, env) =>
      (await runProgram(program, args, { cwd: root, env: { ...process.env, ...env }, show: true, limitMs })).code
    return { root, who: 'this user', run, close: () => undefined }
  }
  const { uid, gid, home } = ensureUser()
  const runtimeFolder = ownFolder(`/run/user/${uid}`, uid, gid)
  const asUser = ['--reuid', NAME, '--regid', NAME, '--init-groups']
  const copy = isReadable(asUser, root) ? undefined : copyCheckout(root)
  const place = copy ?? root
  ownFolder(join(place, 'test-results'), uid, gid)
  // What an earlier run left there may be somebody else's.
  execFileSync('chown', ['-R', '-h', `${uid}:${gid}`, join(place, 'test-results')])
  // Vite writes the configuration that it has bundled, and vitest its times, below node_modules.
  for (const name of ['.vite-temp', '.vite']) ownFolder(join(place, 'node_modules', name), uid, gid)
  const before = processesOf(uid)
  return {
    root: place,
    who: NAME,
    run: async (program, args, limitMs, more) => {
      const passed = Object.entries({ ...process.env, ...more }).filter(([name]) => PASSED_ON.test(name))
      const env = {
        ...Object.fromEntries(passed),
        PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
        HOME: home,
        USER: NAME,
        LOGNAME: NAME,
        XDG_RUNTIME_DIR: runtimeFolder,
        XDG_CACHE_HOME: join(home, '.cache'),
      }
      return (await runProgram('setpriv', [...asUser, program, ...args], { cwd: place, env, show: true, limitMs })).code
    },
    close: () => {
      const left = processesOf(uid).filter((pid) => !before.includes(pid))
      if (left.length > 0) say(`The tests have left processes of ${NAME} behind: ${left.join(', ')}`)
      if (copy !== undefined) rmSync(copy, { recursive: true, force: true })
    },
  }
}

/** @returns {{ uid: number, gid: number, home: string }} */
function ensureUser() {
  const known = passwordEntry()
  if (known !== undefined) return known
  execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', NAME])
  const made = passwordEntry()
  if (made === undefined) throw new Error(`useradd has made no user ${NAME}`)
  return made
}

function passwordEntry() {
  try {
    const [, , uid, gid, , home = '/'] = execFileSync('getent', ['passwd', NAME], { encoding: 'utf8' }).split(':')
    return { uid: Number(uid), gid: Number(gid), home }
  } catch {
    return undefined
  }
}

/**
 * @param {string} path
 * @param {number} uid
 * @param {number} gid
 */
function ownFolder(path, uid, gid) {
  // The folder is the user's alone, but the way to it is everybody's.
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chownSync(path, uid, gid)
  return path
}

/**
 * @param {readonly string[]} asUser
 * @param {string} root
 */
function isReadable(asUser, root) {
  try {
    execFileSync('setpriv', [...asUser, 'test', '-r', join(root, 'package.json'), '-a', '-r', join(root, 'dist')])
    return true
  } catch {
    return false
  }
}

/**
 * Copies what git knows of, and what was made from it, to a folder that everybody can enter.
 *
 * @param {string} root
 * @returns {string}
 */
function copyCheckout(root) {
  const copy = mkdtempSync('/var/tmp/petri-checkout-')
  say(`${NAME} cannot read ${root}: the tests run in a copy, ${copy}`)
  execFileSync('chmod', ['755', copy])
  const tracked = execFileSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  for (const path of tracked.split('\0').filter((name) => name !== '')) {
    if (statSync(join(root, path), { throwIfNoEntry: false })) cpSync(join(root, path), join(copy, path))
  }
  for (const made of ['dist', 'node_modules']) execFileSync('cp', ['-a', join(root, made), copy])
  execFileSync('chmod', ['-R', 'a+rX', copy])
  return copy
}

/** @param {number} uid */
function processesOf(uid) {
  return readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid === uid,
  )
}
