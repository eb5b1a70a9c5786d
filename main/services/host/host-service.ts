import { readlink, stat } from 'node:fs/promises'
import { arch, availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'

import type { HostFacts } from '../../domain/vm/host-facts.ts'
import type { VmArchitecture } from '#contract/vm-spec'
import { findEmulators } from './find-emulators.ts'
import { findFirmwares } from './find-firmwares.ts'
import { probeKvm } from './probe-kvm.ts'

/** Knows this host. Facts are gathered once, in the background, and again on request. */
export interface HostService {
  /** Resolves when everything, the proof of KVM included, is known; at most a few seconds after the first call. */
  facts(): Promise<HostFacts>
  /** Looks again, KVM proof included. */
  refresh(): Promise<HostFacts>
}

export interface HostServiceOptions {
  readonly cacheFolder: string
  /** Folder with a Linux kernel `<architecture>/vmlinuz` to prove KVM with; undefined: there is none. */
  readonly guestFolder: string | undefined
}

export function createHostService(options: HostServiceOptions): HostService {
  let facts: Promise<HostFacts> | undefined
  return {
    facts: () => (facts ??= gatherHostFacts(options, false)),
    refresh: () => (facts = gatherHostFacts(options, true)),
  }
}

async function gatherHostFacts(options: HostServiceOptions, again: boolean): Promise<HostFacts> {
  const { cacheFolder, guestFolder } = options
  const architecture = hostArchitecture()
  const emulators = await findEmulators(cacheFolder)
  const [kvm, firmwares, bwrapPath, swtpmPath, virtiofsdPath, newuidmapPath, rootLinks] = await Promise.all([
    probeKvm({
      architecture,
      emulator: emulators[architecture],
      cacheFolder,
      kernelPath: await kernelIn(guestFolder, architecture),
      again,
    }),
    findFirmwares(),
    installed('/usr/bin/bwrap'),
    installed('/usr/bin/swtpm'),
    installed('/usr/lib/qemu/virtiofsd'),
    installed('/usr/bin/newuidmap'),
    findRootLinks(),
  ])
  return {
    architecture,
    cpus: availableParallelism(),
    memoryMiB: Math.floor(totalmem() / 1024 / 1024),
    emulators,
    bwrapPath,
    swtpmPath,
    ...(newuidmapPath !== undefined && { virtiofsdPath }),
    kvm,
    firmwares,
    rootLinks,
  }
}

async function kernelIn(folder: string | undefined, architecture: VmArchitecture): Promise<string | undefined> {
  return folder === undefined ? undefined : await installed(join(folder, architecture, 'vmlinuz'))
}

function hostArchitecture(): VmArchitecture {
  const names: Readonly<Record<string, VmArchitecture>> = {
    x64: 'x86_64',
    ia32: 'i386',
    arm64: 'aarch64',
    arm: 'arm',
    riscv64: 'riscv64',
    ppc64: 'ppc64',
    s390x: 's390x',
  }
  return names[arch()] ?? 'x86_64'
}

async function installed(path: string): Promise<string | undefined> {
  return (await stat(path).catch(() => undefined))?.isFile() ? path : undefined
}

async function findRootLinks(): Promise<Record<string, string>> {
  const links: Record<string, string> = {}
  for (const path of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) {
    const target = await readlink(path).catch(() => undefined)
    if (target !== undefined) links[path] = target
  }
  return links
}
