import { access, constants, open, readdir, readFile } from 'node:fs/promises'
import { release } from 'node:os'
import { join } from 'node:path'

import type { ContainerArchitecture } from '#contract/container'
import type { BinfmtEntry } from '#contract/elf'
import { allArchitectures, architectureFacts, hostArchitecture } from '../../domain/container/architectures.ts'
import { parseBinfmtEntry } from '../../domain/container/binfmt-registration.ts'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { CommandError, runCommand } from '../../system/process/run-command.ts'
import { findLimits } from './find-limits.ts'

const PROGRAMS = ['lxc-start', 'lxc-attach', 'lxc-usernsexec', 'newuidmap', 'newgidmap', 'nsenter', 'unshare']
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']
const PROBE_LIMIT_MS = 10_000
/** From this kernel on binfmt_misc belongs to a user namespace. */
const OWN_BINFMT_SINCE = [6, 7] as const
const MIN_IDS = 65_536

/** Looks at this host with the eyes of a container. Some tens of milliseconds; keep the answer. */
export async function findContainerHost(env: {
  readonly home: string
  readonly userName: string
}): Promise<ContainerHost> {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  const kernel = kernelVersion(release())
  const [programs, idMap, emulators, registrations, natRefused, limits] = await Promise.all([
    Promise.all(PROGRAMS.map(async (name) => ((await findProgram(name)) === undefined ? [name] : []))),
    findIdMap(env.userName, uid, gid),
    findEmulators(),
    readRegistrations('/proc/sys/fs/binfmt_misc'),
    whyNoNat(),
    findLimits({ uid, hasSystemdRun: (await findProgram('systemd-run')) !== undefined }),
  ])
  const missingPrograms = programs.flat()
  const namespacesForbidden = await whyNoNamespaces()
  return {
    architecture: hostArchitecture(process.arch),
    kernel,
    userName: env.userName,
    uid,
    missingPrograms,
    idMap,
    namespacesForbidden,
    ownBinfmtRefused: namespacesForbidden ?? (await whyNoOwnBinfmt(kernel)),
    registrations,
    emulators,
    natRefused,
    limitsRefused: limits.refused,
    limitsInScope: limits.inScope,
    home: env.home,
  }
}

/** A program of this host; undefined: not installed. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of FOLDERS) if (await isRunnable(join(folder, name))) return join(folder, name)
  return undefined
}

/** Reads a mounted table of registrations; none where there is none. */
export async function readRegistrations(folder: string): Promise<readonly BinfmtEntry[]> {
  const names = await readdir(folder).catch(() => [])
  const entries: BinfmtEntry[] = []
  for (const name of names.filter((each) => each !== 'register' && each !== 'status').toSorted()) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const interpreter = /^interpreter (.*)$/m.exec(text)?.[1] ?? ''
    const there = await isRunnable(interpreter)
    entries.push(parseBinfmtEntry(name, text, () => there))
  }
  return entries
}

async function isRunnable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function kernelVersion(text: string): readonly [number, number] {
  const [major = 0, minor = 0] = text.split(/[.-]/).map(Number)
  return [major, minor]
}

/** Root of the container is this user; its other users are the numbers that the system gave this user for that. */
async function findIdMap(userName: string, uid: number, gid: number): Promise<IdMap | undefined> {
  const [users, groups] = await Promise.all([
    subordinate('/etc/subuid', userName, uid),
    subordinate('/etc/subgid', userName, uid),
  ])
  if (users === undefined || groups === undefined) return undefined
  return {
    users: [
      { inside: 0, outside: uid, count: 1 },
      { inside: 1, outside: users, count: MIN_IDS },
    ],
    groups: [
      { inside: 0, outside: gid, count: 1 },
      { inside: 1, outside: groups, count: MIN_IDS },
    ],
  }
}

async function subordinate(file: string, userName: string, uid: number): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    const [who, first, count] = line.split(':')
    if ((who === userName || who === String(uid)) && Number(count) >= MIN_IDS) return Number(first)
  }
  return undefined
}

async function findEmulators(): Promise<Partial<Record<ContainerArchitecture, string>>> {
  const found = await Promise.all(
    allArchitectures().map(async (name) => {
      const word = architectureFacts[name].qemu
      const path = (await findProgram(`qemu-${word}-static`)) ?? (await findProgram(`qemu-${word}`))
      return [name, path] as const
    }),
  )
  const emulators: Partial<Record<ContainerArchitecture, string>> = {}
  for (const [name, path] of found) if (path !== undefined) emulators[name] = path
  return emulators
}

async function whyNoNamespaces(): Promise<string | undefined> {
  try {
    await runCommand(['unshare', '--user', '--map-root-user', '--mount', 'true'], { timeoutMs: PROBE_LIMIT_MS })
    return undefined
  } catch (error) {
    for (const [file, bad] of [
      ['kernel/apparmor_restrict_unprivileged_userns', '1'],
      ['kernel/unprivileged_userns_clone', '0'],
      ['user/max_user_namespaces', '0'],
    ] as const) {
      const value = (await readFile(`/proc/sys/${file}`, 'utf8').catch(() => '')).trim()
      if (value === bad) return `${file.replace('/', '.')} is ${value}.`
    }
    return error instanceof CommandError ? (error.stderrTail.trim().split('\n').at(-1) ?? '') : String(error)
  }
}

async function whyNoOwnBinfmt(kernel: readonly [number, number]): Promise<string | undefined> {
  const [major, minor] = OWN_BINFMT_SINCE
  if (kernel[0] < major || (kernel[0] === major && kernel[1] < minor))
    return `that needs Linux ${major}.${minor} or newer, and this host runs ${kernel.join('.')}.`
  const script = 'mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc'
  try {
    await runCommand(['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script], {
      timeoutMs: PROBE_LIMIT_MS,
    })
    return undefined
  } catch (error) {
    return error instanceof CommandError ? `${error.stderrTail.trim().split('\n').at(-1) ?? ''}.` : String(error)
  }
}

async function whyNoNat(): Promise<string | undefined> {
  if ((await findProgram('pasta')) === undefined && (await findProgram('slirp4netns')) === undefined)
    return 'neither pasta (package passt) nor slirp4netns is installed.'
  try {
    const device = await open('/dev/net/tun', 'r+')
    await device.close()
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return `/dev/net/tun cannot be opened (${code}).`
  }
}
