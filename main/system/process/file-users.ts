import { readFileSync, readlinkSync, readdirSync, statSync } from 'node:fs'

/** A process that has a file open, by its number and command name. */
export interface FileUser {
  readonly pid: number
  readonly command: string
  readonly writing: boolean
}

/**
 * Which processes of this user have the file open (all of them, when root asks). QEMU's image locks are open file
 * description locks, for which /proc/locks names no process; so /proc/PID/fd is searched by device and inode, which
 * also sees through the mount namespace of a sandbox.
 */
export function fileUsers(path: string): readonly FileUser[] {
  const wanted = tryTo(() => statSync(path))
  if (!wanted) return []
  const users: FileUser[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    const open = (tryTo(() => readdirSync(`/proc/${name}/fd`)) ?? []).find((fd) => {
      // The link's text is cheap to read and rules out pipes and sockets without touching them.
      if (!tryTo(() => readlinkSync(`/proc/${name}/fd/${fd}`))?.startsWith('/')) return false
      const file = tryTo(() => statSync(`/proc/${name}/fd/${fd}`))
      return file?.dev === wanted.dev && file.ino === wanted.ino
    })
    if (open === undefined) continue
    const flags = /^flags:\s+([0-7]+)/m.exec(tryTo(() => readFileSync(`/proc/${name}/fdinfo/${open}`, 'utf8')) ?? '')
    users.push({
      pid: Number(name),
      command: tryTo(() => readFileSync(`/proc/${name}/comm`, 'utf8').trim()) ?? '?',
      writing: (Number.parseInt(flags?.[1] ?? '0', 8) & 3) !== 0,
    })
  }
  return users
}

function tryTo<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined // another user's process, or one that ended meanwhile
  }
}
