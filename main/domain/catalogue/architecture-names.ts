import type { VmArchitecture } from '#contract/vm-spec'

/** What others call an architecture -> Debian's word for it. */
const debianNames: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  x64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'armhf',
  armv7: 'armhf',
  i686: 'i386',
  i586: 'i386',
  x86: 'i386',
  ppc64le: 'ppc64el',
}

const vmNames: Readonly<Record<string, VmArchitecture>> = {
  amd64: 'x86_64',
  i386: 'i386',
  arm64: 'aarch64',
  armhf: 'arm',
  armel: 'arm',
  riscv64: 'riscv64',
  ppc64el: 'ppc64',
  s390x: 's390x',
}

/** Debian's word for an architecture; an unknown word stays as it is. */
export function debianArchitecture(word: string): string {
  const lower = word.toLowerCase()
  return debianNames[lower] ?? lower
}

/** The system emulator that runs it, by QEMU's name; undefined where Petri drives none. */
export function vmArchitecture(debianWord: string): VmArchitecture | undefined {
  return Object.hasOwn(vmNames, debianWord) ? vmNames[debianWord] : undefined
}
