import type { BinfmtRoute, ContainerSpec } from '#contract/container'
import { registrationLine } from './binfmt-registration.ts'

/** A range of user or group numbers: `count` numbers from `inside` on are `outside` and following on the host. */
export interface IdRange {
  readonly inside: number
  readonly outside: number
  readonly count: number
}

export interface IdMap {
  readonly users: readonly IdRange[]
  readonly groups: readonly IdRange[]
}

/** Everything about a start that has been decided. Paths are absolute. */
export interface ContainerPlan {
  readonly spec: ContainerSpec
  readonly idMap: IdMap
  readonly route: BinfmtRoute
  /** The emulator; undefined where none is needed. */
  readonly emulator: string | undefined
  readonly network: 'none' | 'host' | 'nat'
  /** Where the layers lie, and the folder that all their names begin in: mount options must stay short. */
  readonly layersFolder: string
  /** Lower layers relative to `layersFolder`, newest first, the base last. */
  readonly lower: readonly string[]
  /** Relative to `layersFolder`, too. */
  readonly upper: string
  readonly work: string
  /** An empty folder at which the container's root is put together. */
  readonly root: string
  /** Petri's process 1 for this host; undefined: the image's `sleep` stands in for it. */
  readonly smallInit: string | undefined
  /** A folder of this start that the container sees as /dev/.petri/run. */
  readonly runFolder: string
  readonly seccompProfile: string | undefined
  /** Whether limits can be set: a cgroup v2 of ours. */
  readonly cgroup: boolean
  /** Whether it starts in a control group of its own, from the user's systemd. */
  readonly scope: boolean
  readonly consoleLog: string
}

/**
 * What programs inside take text to be. LANG would make each emulated program read eleven more files, for languages that
 * no image has.
 */
export const CHARACTERS = 'C.UTF-8'

/** The file beside the first script in which it says `go` when a start has got as far as LXC's monitor. */
export const BEGUN_MARK = 'begun'
/** The pipe beside it in which it says the same to whoever waits there. */
export const GATE = 'gate'

/** Where the scripts of a start lie; `lxcConfig` names them, `hookScripts` holds their text. */
export interface HookPaths {
  readonly overlay: string
  readonly register: string
}

/** The configuration that LXC gets, one setting a line, in the order in which a start goes. */
export function lxcConfig(plan: ContainerPlan, hooks: HookPaths): string {
  const { spec } = plan
  const lines = [
    `lxc.uts.name = ${hostName(spec)}`,
    'lxc.arch = linux64',
    `lxc.environment = LC_CTYPE=${CHARACTERS}`,
    `lxc.rootfs.path = dir:${plan.root}`,
    ...plan.idMap.users.map((range) => `lxc.idmap = u ${range.inside} ${range.outside} ${range.count}`),
    ...plan.idMap.groups.map((range) => `lxc.idmap = g ${range.inside} ${range.outside} ${range.count}`),
    `lxc.hook.pre-mount = ${hooks.overlay}`,
    'lxc.autodev = 1',
    'lxc.tty.max = 0',
    'lxc.pty.max = 1024',
    `lxc.mount.auto = proc:mixed${plan.network === 'host' ? '' : ' sys:mixed'}`,
    ...(plan.network === 'host' ? [mount('/sys', 'sys', 'none', 'rbind,ro,optional')] : []),
    // Only for registrations of its own: a mount here hides those of the host.
    ...(plan.route === 'own' ? [mount('binfmt_misc', 'proc/sys/fs/binfmt_misc', 'binfmt_misc', 'rw')] : []),
    ...(plan.route === 'own' && plan.emulator !== undefined ? [`lxc.hook.mount = ${hooks.register}`] : []),
    ...(plan.smallInit === undefined || spec.init === 'image'
      ? []
      : [mount(plan.smallInit, 'dev/.petri/init', 'none', 'bind,ro,create=file')]),
    mount(plan.runFolder, 'dev/.petri/run', 'none', 'bind,create=dir'),
    ...(plan.route === 'explicit' && plan.emulator !== undefined
      ? [mount(plan.emulator, 'dev/.petri/emulator', 'none', 'bind,ro,create=file')]
      : []),
    ...spec.mounts.map((each) =>
      mount(
        each.hostPath,
        each.containerPath.replace(/^\/+/, ''),
        'none',
        `rbind,${each.readOnly ? 'ro' : 'rw'},create=dir`,
      ),
    ),
    ...(plan.seccompProfile === undefined ? [] : [`lxc.seccomp.profile = ${plan.seccompProfile}`]),
    `lxc.net.0.type = ${plan.network === 'host' ? 'none' : 'empty'}`,
    ...(plan.network === 'host' ? [] : ['lxc.net.0.flags = up']),
    ...(plan.cgroup ? limitLines(spec) : []),
    `lxc.init.cmd = ${initCommand(plan)}`,
    'lxc.signal.halt = SIGPWR',
    `lxc.console.logfile = ${plan.consoleLog}`,
    'lxc.console.size = 256kB',
    'lxc.log.level = WARN',
  ]
  return `${lines.join('\n')}\n`
}

/** The scripts that LXC runs while it starts, as root of the container's namespace. Nothing in them comes from the image. */
export function hookScripts(plan: ContainerPlan): { readonly overlay: string; readonly register: string } {
  const options = `userxattr,lowerdir=${plan.lower.join(':')},upperdir=${plan.upper},workdir=${plan.work}`
  const overlay = [
    '#!/bin/sh',
    'set -e',
    // Whoever waits for the start may ask LXC for a place inside from now on: its monitor answers when the start is over.
    `echo go > "\${0%/*}/${BEGUN_MARK}"`,
    // Opened for both ways, it does not wait for a reader.
    `[ ! -p "\${0%/*}/${GATE}" ] || echo go 1<> "\${0%/*}/${GATE}"`,
    // Layers are named from their folder: the kernel takes at most a page of options.
    `cd ${quoted(plan.layersFolder)}`,
    `mount -t overlay overlay -o ${quoted(options)} ${quoted(plan.root)}`,
    ...(plan.network === 'none' ? [] : resolvConf(plan.root)),
  ]
  const line = plan.emulator === undefined ? '' : registrationLine(plan.spec.architecture, plan.emulator)
  const register = [
    '#!/bin/sh',
    // The kernel unescapes \x itself; printf %s leaves it alone.
    `printf '%s' ${quoted(line)} > "$LXC_ROOTFS_MOUNT/proc/sys/fs/binfmt_misc/register"`,
  ]
  return { overlay: `${overlay.join('\n')}\n`, register: `${register.join('\n')}\n` }
}

/** How a container's name looks as its host name. */
export function hostName(spec: ContainerSpec): string {
  return spec.id
}

/**
 * A copy of the host's list of name servers, unless the container has a list of its own (a link is replaced). The image
 * may be hostile, and the host's files are still in sight here: nothing goes through a link.
 */
function resolvConf(root: string): readonly string[] {
  const file = quoted(`${root}/etc/resolv.conf`)
  return [
    `if [ -d ${quoted(`${root}/etc`)} ] && [ ! -L ${quoted(`${root}/etc`)} ] && { [ -L ${file} ] || [ ! -s ${file} ]; }; then`,
    `  rm -f ${file}; cat /etc/resolv.conf > ${file}`,
    'fi',
  ]
}

function initCommand(plan: ContainerPlan): string {
  if (plan.spec.init === 'image') return '/sbin/init'
  if (plan.smallInit !== undefined) return '/dev/.petri/init'
  return plan.route === 'explicit' ? '/dev/.petri/emulator /bin/sleep infinity' : '/bin/sleep infinity'
}

function limitLines({ limits }: ContainerSpec): readonly string[] {
  const { memoryMiB, cpus, pids } = limits
  return [
    ...(memoryMiB === undefined ? [] : [`lxc.cgroup2.memory.max = ${memoryMiB}M`]),
    ...(cpus === undefined ? [] : [`lxc.cgroup2.cpu.max = ${Math.round(cpus * 100_000)} 100000`]),
    ...(pids === undefined ? [] : [`lxc.cgroup2.pids.max = ${pids}`]),
  ]
}

/** One line of LXC's mount table, whose words are separated by spaces: a space in a path is \040, as in fstab. */
function mount(from: string, to: string, type: string, options: string): string {
  const word = (text: string) => text.replaceAll('\\', '\\134').replaceAll(' ', '\\040').replaceAll('\t', '\\011')
  return `lxc.mount.entry = ${word(from)} ${word(to)} ${type} ${options} 0 0`
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`
