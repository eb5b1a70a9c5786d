import { access, constants, readdir, readFile, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

import type { HostDetails } from '../../domain/host/host-details.ts'
import { subIdRanges } from '../../domain/host/sub-id-ranges.ts'
import { CommandError, runCommand } from '../../system/process/run-command.ts'

const notableModules = ['kvm', 'kvm_intel', 'kvm_amd', 'kvm_pvm', 'kvm_hv', 'vboxdrv', 'vmmon', 'xen_privcmd', 'mshv']
const notableFlags = ['vmx', 'svm', 'hypervisor']

/** What single features need: package, program, purpose. */
const featurePrograms = [
  ['lxc', 'lxc-start', 'containers'],
  ['uidmap', 'newuidmap', 'containers'],
  ['mmdebstrap', 'mmdebstrap', 'new Debian root file systems'],
  ['skopeo', 'skopeo', 'container images from registries'],
  ['squashfs-tools', 'unsquashfs', 'container images'],
  ['xorriso', 'xorriso', 'cloud-init and ISO images'],
  ['openssl', 'openssl', 'passwords for cloud-init'],
  ['passt', 'pasta', 'lab networks'],
  ['slirp4netns', 'slirp4netns', 'lab networks'],
  ['dnsmasq-base', 'dnsmasq', 'lab networks'],
  ['swtpm', 'swtpm', 'TPM 2.0'],
  ['zstd', 'zstd', 'compressed images'],
  ['osinfo-db', undefined, 'recognizing more installers'],
] as const

/** Where osinfo-db lies; a package without a program. */
const OSINFO_FOLDER = '/usr/share/osinfo/os'
/** What only root has on its path. */
const ROOT_FOLDERS = ['/usr/sbin', '/sbin']
const NAMESPACE_LIMIT_MS = 5_000

/** Reads what this host's kernel, files and packages say. Changes nothing, needs no rights; what cannot be read is absent. */
export async function lookAtHost(env: Readonly<Record<string, string | undefined>>): Promise<HostDetails> {
  const uid = process.getuid?.() ?? 0
  const user = (await userName(uid)) ?? env['USER'] ?? String(uid)
  const folders = [...(env['PATH'] ?? '/usr/bin:/bin').split(delimiter), ...ROOT_FOLDERS]
  const [cpuInfo, modules, subUid, subGid, binfmt, programs, failure, bin] = await Promise.all([
    text('/proc/cpuinfo'),
    Promise.all(notableModules.map(async (name) => ((await exists(`/sys/module/${name}`)) ? [name] : []))),
    text('/etc/subuid'),
    text('/etc/subgid'),
    namesIn('/proc/sys/fs/binfmt_misc'),
    Promise.all(featurePrograms.map(async (program) => await lookFor(program, folders))),
    namespaceFailure(),
    namesIn('/usr/bin'),
  ])
  const loaded = modules.flat()
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuInfo ?? '')?.[1]?.split(' ') ?? []
  return {
    modules: loaded,
    cpuFlags: notableFlags.filter((flag) => flags.includes(flag)),
    cpuName: /^model name\s*:\s*(.*)$/m.exec(cpuInfo ?? '')?.[1],
    kvmDevice: await kvmDevice(),
    nested: await nestedWord(loaded),
    kernelRelease: (await text('/proc/sys/kernel/osrelease')) ?? 'unknown',
    userNamespaces: {
      failure,
      max: await text('/proc/sys/user/max_user_namespaces'),
      clone: await text('/proc/sys/kernel/unprivileged_userns_clone'),
      appArmor: await text('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    },
    user,
    subUids: subIdRanges(subUid ?? '', user, uid),
    subGids: subIdRanges(subGid ?? '', user, uid),
    hasIdMapTools: programs.some((program) => program.package === 'uidmap' && program.found),
    binfmt: binfmt.includes('register') ? binfmt.filter((name) => name !== 'register' && name !== 'status') : undefined,
    userEmulators: bin.flatMap((name) => /^qemu-(.+)-static$/.exec(name)?.[1] ?? []).toSorted(),
    ksm: await readKsm(),
    hugePages: await readHugePages(),
    transparentHugePages: /\[(\w+)\]/.exec((await text('/sys/kernel/mm/transparent_hugepage/enabled')) ?? '')?.[1],
    programs,
  }
}

async function lookFor(
  [name, program, purpose]: (typeof featurePrograms)[number],
  folders: readonly string[],
): Promise<HostDetails['programs'][number]> {
  const places = program === undefined ? [OSINFO_FOLDER] : folders.map((folder) => join(folder, program))
  const found = (await Promise.all(places.map(exists))).includes(true)
  return { package: name, purpose, found }
}

async function kvmDevice(): Promise<HostDetails['kvmDevice']> {
  const found = await stat('/dev/kvm').catch(() => undefined)
  if (!found) return undefined
  const groups = (await text('/etc/group')) ?? ''
  const group = groups.split('\n').find((line) => line.split(':')[2] === String(found.gid))
  const openable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )
  return {
    mode: (found.mode & 0o7777).toString(8).padStart(4, '0'),
    group: group?.split(':')[0] ?? String(found.gid),
    openable,
  }
}

async function nestedWord(loaded: readonly string[]): Promise<string | undefined> {
  const module = loaded.find((name) => name === 'kvm_intel' || name === 'kvm_amd')
  return module === undefined ? undefined : await text(`/sys/module/${module}/parameters/nested`)
}

/** Found out by doing: sysctl, AppArmor and containers all have a say. */
async function namespaceFailure(): Promise<string | undefined> {
  try {
    await runCommand(['unshare', '--user', '--map-root-user', 'true'], { timeoutMs: NAMESPACE_LIMIT_MS })
    return undefined
  } catch (error) {
    return error instanceof CommandError ? error.stderrTail.trim() || error.message : String(error)
  }
}

async function readKsm(): Promise<HostDetails['ksm']> {
  const run = await text('/sys/kernel/mm/ksm/run')
  if (run === undefined) return undefined
  const pagesSharing = Number((await text('/sys/kernel/mm/ksm/pages_sharing')) ?? 0)
  const pageKiB = Number(/^KernelPageSize:\s+(\d+) kB$/m.exec((await text('/proc/self/smaps')) ?? '')?.[1] ?? 4)
  return { run, pagesSharing, pageBytes: pageKiB * 1024 }
}

async function readHugePages(): Promise<HostDetails['hugePages']> {
  const info = (await text('/proc/meminfo')) ?? ''
  const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(info)?.[1] ?? NaN)
  const found = { total: value('HugePages_Total'), free: value('HugePages_Free'), sizeKiB: value('Hugepagesize') }
  return Number.isNaN(found.total) ? undefined : found
}

async function userName(uid: number): Promise<string | undefined> {
  const users = (await text('/etc/passwd')) ?? ''
  return users
    .split('\n')
    .find((line) => line.split(':')[2] === String(uid))
    ?.split(':')[0]
}

const exists = async (path: string) =>
  await stat(path).then(
    () => true,
    () => false,
  )

const text = async (path: string) =>
  await readFile(path, 'utf8').then(
    (content) => content.trimEnd(),
    () => undefined,
  )

const namesIn = async (folder: string): Promise<readonly string[]> => await readdir(folder).catch(() => [])
