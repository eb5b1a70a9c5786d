import { access, constants, mkdir, readdir, readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

const NEEDED = ['memory', 'pids', 'cpu']

/** Whether and how limits can be put on containers. */
interface LimitFacts {
  /** Why they cannot; undefined: they can. */
  readonly refused: string | undefined
  /** They can where the container starts in a scope of its own, which the user's systemd makes. */
  readonly inScope: boolean
}

/**
 * Limits need a control group of version 2 below which this user may make others, with the controllers handed down. Petri's
 * own is seldom one: a group that holds processes hands nothing down. systemd gives an ordinary user one in a delegated scope.
 */
export async function findLimits(facts: {
  readonly uid: number
  readonly hasSystemdRun: boolean
  readonly groups?: string
  readonly ownGroup?: string
  readonly runtimeFolder?: string | undefined
  /** Makes a group below another, and removes it again; the names of the files that it had. */
  readonly tryGroup?: (folder: string) => Promise<readonly string[]>
}): Promise<LimitFacts> {
  const { groups = '/sys/fs/cgroup', uid, tryGroup = tryNewGroup } = facts
  const refused = (why: string): LimitFacts => ({ refused: why, inScope: false })
  if (!(await isThere(join(groups, 'cgroup.controllers'))))
    return refused('this system uses control groups of version 1.')
  const own =
    facts.ownGroup ?? /^0::(.*)$/m.exec(await readFile('/proc/self/cgroup', 'utf8').catch(() => ''))?.[1] ?? '/'
  const files = await tryGroup(join(groups, own)).catch((): readonly string[] => [])
  if (NEEDED.every((name) => files.includes(`${name}.max`))) return { refused: undefined, inScope: false }

  const runtimeFolder = 'runtimeFolder' in facts ? facts.runtimeFolder : process.env['XDG_RUNTIME_DIR']
  const hasManager = runtimeFolder !== undefined && (await isThere(join(runtimeFolder, 'systemd/private')))
  if (!facts.hasSystemdRun || !hasManager)
    return refused(`the control group ${own} hands nothing down, and no systemd of this user is there to give another.`)
  const service = join(groups, `user.slice/user-${uid}.slice/user@${uid}.service`)
  const given = (await readFile(join(service, 'cgroup.controllers'), 'utf8').catch(() => '')).split(/\s+/)
  const missing = NEEDED.filter((name) => !given.includes(name))
  return missing.length === 0
    ? { refused: undefined, inScope: true }
    : refused(`the controllers ${missing.join(', ')} are not handed down to this user.`)
}

/** In front of a command that is to run in a control group of its own, which may have others below it. */
export function inScope(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return ['systemd-run', '--user', '--scope', '--quiet', '--collect', '--property=Delegate=yes', '--', ...argv]
}

async function tryNewGroup(folder: string): Promise<readonly string[]> {
  const group = join(folder, `petri-${process.pid}`)
  await mkdir(group)
  try {
    return await readdir(group)
  } finally {
    await rmdir(group)
  }
}

const isThere = async (path: string) =>
  await access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
