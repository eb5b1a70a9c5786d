import { lstatSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where Petri keeps what: absolute folders, all of them with mode 0700 once `makeUserDirs` has run. */
export interface UserDirs {
  /** Machines and the trash: the only folder worth a backup. */
  readonly data: string
  /** Console logs, last exits, window state. */
  readonly state: string
  /** Can be deleted at any time. */
  readonly cache: string
  /** Sockets and records of what runs; emptied by a reboot. */
  readonly runtime: string
}

/** A folder that should be ours alone and is not. */
export class UnsafeFolderError extends Error {
  override readonly name = 'UnsafeFolderError'
  readonly path: string
  constructor(path: string, why: string) {
    super(`${path} ${why}`)
    this.path = path
  }
}

/**
 * The four folders after the XDG base directory specification, or all of them below `PETRI_HOME`. Without
 * XDG_RUNTIME_DIR (cron, su, containers) sockets go to /run/user/UID where that is ours, else to a folder of ours in
 * the temporary directory.
 */
export function userDirs(env: Readonly<Record<string, string | undefined>>): UserDirs {
  const below = env['PETRI_HOME']
  if (below) {
    const home = resolve(below)
    return {
      data: join(home, 'data'),
      state: join(home, 'state'),
      cache: join(home, 'cache'),
      runtime: join(home, 'runtime'),
    }
  }
  const home = env['HOME'] || homedir()
  const xdg = (name: string, fallback: string) => {
    const value = env[name]
    return join(value?.startsWith('/') ? value : join(home, fallback), 'petri')
  }
  return {
    data: xdg('XDG_DATA_HOME', '.local/share'),
    state: xdg('XDG_STATE_HOME', '.local/state'),
    cache: xdg('XDG_CACHE_HOME', '.cache'),
    runtime: runtimeDir(env['XDG_RUNTIME_DIR']),
  }
}

function runtimeDir(xdgRuntimeDir: string | undefined): string {
  const uid = process.getuid?.() ?? 0
  for (const folder of [xdgRuntimeDir, `/run/user/${uid}`]) {
    if (folder?.startsWith('/') && isOurs(folder, uid)) return join(folder, 'petri')
  }
  return join(tmpdir(), `petri-${uid}`)
}

function isOurs(folder: string, uid: number): boolean {
  try {
    const found = lstatSync(folder)
    return found.isDirectory() && found.uid === uid
  } catch {
    return false
  }
}

/** Makes the folders; throws `UnsafeFolderError` when another user owns one or it is a link. */
export function makeUserDirs(dirs: UserDirs): void {
  for (const path of [dirs.data, dirs.state, dirs.cache, dirs.runtime]) {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const found = lstatSync(path)
    if (!found.isDirectory()) throw new UnsafeFolderError(path, 'is not a folder')
    if (found.uid !== process.getuid?.()) throw new UnsafeFolderError(path, `belongs to user number ${found.uid}`)
    if (path === dirs.runtime && (found.mode & 0o077) !== 0)
      throw new UnsafeFolderError(path, 'can be entered by other users (its mode must be 0700)')
  }
}
