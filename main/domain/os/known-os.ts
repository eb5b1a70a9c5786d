import type { VmArchitecture } from '#contract/vm-spec'

/** An operating system as a table knows it, before a recommendation is made of it. */
export interface KnownOs {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly family: 'linux' | 'bsd' | 'windows' | 'other'
  readonly architecture: VmArchitecture | undefined
  readonly knownBy: 'osinfo-db' | 'built-in'
  readonly endOfLife?: string | undefined
  /** Year of its release, where known: very old systems know no virtio. */
  readonly releaseYear?: number | undefined
  readonly minimum?: Resources | undefined
  readonly recommended?: Resources | undefined
  /** True: it does not start without UEFI. */
  readonly needsUefi?: boolean
}

/** Absent: not said. */
export interface Resources {
  readonly memoryMiB?: number | undefined
  readonly cpus?: number | undefined
  readonly diskGiB?: number | undefined
}

/** The words for an architecture that publishers use in volume names, as QEMU calls it. */
export function architectureOf(word: string): VmArchitecture | undefined {
  return architectureWords[word.toLowerCase()]
}

/** The first word of a text that names an architecture. */
export function architectureIn(text: string): VmArchitecture | undefined {
  for (const word of text.split(/[^A-Za-z0-9_]+/)) {
    const known = architectureOf(word) ?? word.split('_').map(architectureOf).find(Boolean)
    if (known) return known
  }
  return undefined
}

const architectureWords: Readonly<Record<string, VmArchitecture>> = {
  amd64: 'x86_64',
  x64: 'x86_64',
  x64fre: 'x86_64',
  x64free: 'x86_64',
  x86_64: 'x86_64',
  '64bit': 'x86_64',
  i386: 'i386',
  i486: 'i386',
  i586: 'i386',
  i686: 'i386',
  x86: 'i386',
  x86fre: 'i386',
  x86free: 'i386',
  aarch64: 'aarch64',
  arm64: 'aarch64',
  a64fre: 'aarch64',
  armhf: 'arm',
  armv7: 'arm',
  armv7l: 'arm',
  armv7hl: 'arm',
  riscv64: 'riscv64',
  ppc64: 'ppc64',
  ppc64el: 'ppc64',
  ppc64le: 'ppc64',
  p64el: 'ppc64',
  s390x: 's390x',
}
