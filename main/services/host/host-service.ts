import { readlink, stat } from 'node:fs/promises'
import { arch, availableParallelism, totalmem } from 'node:os'

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

export function createHostService(options: { cacheFolder: string }): HostService {
  let facts: Promise<HostFacts> | undefined
  return {
    facts: () => (facts ??= gatherHostFacts(options.cacheFolder, false)),
    refresh: () => (facts = gatherHostFacts(options.cacheFolder, true)),
  }
}

async function gatherHostFacts(cacheFolder: string, again: boolean): Promise<HostFacts> {
  const architecture = hostArchitecture()
  const emulators = await findEmulators(cacheFolder)
  const [kvm, firmwares, bwrapPath, swtpmPath, rootLinks] = await Promise.all([
    probeKvm({ architecture, emulator: emulators[architecture], cacheFolder, again }),
    findFirmwares(),
    installed('/usr/bin/bwrap'),
    installed('/usr/bin/swtpm'),
    findRootLinks(),
  ])
  return {
    architecture,
    cpus: availableParallelism(),
    memoryMiB: Math.floor(totalmem() / 1024 / 1024),
    emulators,
    bwrapPath,
    swtpmPath,
    kvm,
    firmwares,
    rootLinks,
  }
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
