import type { ContainerArchitecture } from '#contract/container'

/** What has to be known of an architecture to run its programs. Numbers from the ELF specification (`e_machine`). */
export interface ArchitectureFacts {
  /** QEMU's word: the emulator is `qemu-<word>-static` or `qemu-<word>`. */
  readonly qemu: string
  readonly bits: 32 | 64
  readonly bigEndian: boolean
  readonly machine: number
  /** Other usual names: of the kernel, of OCI images, of other tools. Lower case. */
  readonly aliases: readonly string[]
  /** Debian's directory name of libraries, which is also the prefix of its cross compilers. */
  readonly triplet: string
}

const little = (bits: 32 | 64) => ({ bits, bigEndian: false })
const big = (bits: 32 | 64) => ({ bits, bigEndian: true })

export const architectureFacts: Readonly<Record<ContainerArchitecture, ArchitectureFacts>> = {
  amd64: {
    ...{ qemu: 'x86_64', ...little(64), machine: 62, triplet: 'x86_64-linux-gnu' },
    aliases: ['x86_64', 'x86-64', 'x64'],
  },
  i386: {
    ...{ qemu: 'i386', ...little(32), machine: 3, triplet: 'i386-linux-gnu' },
    aliases: ['386', 'i486', 'i586', 'i686', 'x86', 'ia32'],
  },
  arm64: {
    ...{ qemu: 'aarch64', ...little(64), machine: 183, triplet: 'aarch64-linux-gnu' },
    aliases: ['aarch64', 'arm64/v8', 'arm/v8', 'armv8', 'armv8l'],
  },
  armhf: {
    ...{ qemu: 'arm', ...little(32), machine: 40, triplet: 'arm-linux-gnueabihf' },
    aliases: ['arm/v7', 'armv7', 'armv7l', 'armv7hl', 'armv7hf', 'arm', 'arm32', 'arm32v7'],
  },
  armel: {
    ...{ qemu: 'arm', ...little(32), machine: 40, triplet: 'arm-linux-gnueabi' },
    aliases: ['arm/v5', 'arm/v6', 'armv5', 'armv5l', 'armv5te', 'armv5tel', 'armv6', 'armv6l', 'arm32v5', 'arm32v6'],
  },
  riscv64: {
    ...{ qemu: 'riscv64', ...little(64), machine: 243, triplet: 'riscv64-linux-gnu' },
    aliases: ['rv64', 'rv64gc', 'riscv', 'risc-v'],
  },
  ppc64el: {
    ...{ qemu: 'ppc64le', ...little(64), machine: 21 },
    ...{ triplet: 'powerpc64le-linux-gnu', aliases: ['ppc64le', 'powerpc64le'] },
  },
  ppc64: {
    ...{ qemu: 'ppc64', ...big(64), machine: 21 },
    ...{ triplet: 'powerpc64-linux-gnu', aliases: ['powerpc64'] },
  },
  powerpc: {
    ...{ qemu: 'ppc', ...big(32), machine: 20, triplet: 'powerpc-linux-gnu' },
    aliases: ['ppc', 'ppc32'],
  },
  s390x: {
    ...{ qemu: 's390x', ...big(64), machine: 22, triplet: 's390x-linux-gnu' },
    aliases: ['s390', 'zarch'],
  },
  mips64el: {
    ...{ qemu: 'mips64el', ...little(64), machine: 8 },
    ...{ triplet: 'mips64el-linux-gnuabi64', aliases: ['mips64le', 'mips64r2el'] },
  },
  mipsel: {
    ...{ qemu: 'mipsel', ...little(32), machine: 8 },
    ...{ triplet: 'mipsel-linux-gnu', aliases: ['mipsle', 'mips32el'] },
  },
  mips: {
    ...{ qemu: 'mips', ...big(32), machine: 8, triplet: 'mips-linux-gnu' },
    aliases: ['mipseb', 'mips32'],
  },
  loong64: {
    ...{ qemu: 'loongarch64', ...little(64), machine: 258 },
    ...{ triplet: 'loongarch64-linux-gnu', aliases: ['loongarch64', 'loongarch'] },
  },
  sparc64: {
    ...{ qemu: 'sparc64', ...big(64), machine: 43, triplet: 'sparc64-linux-gnu' },
    aliases: ['sparcv9'],
  },
  m68k: {
    ...{ qemu: 'm68k', ...big(32), machine: 4, triplet: 'm68k-linux-gnu' },
    aliases: ['68k'],
  },
  alpha: {
    ...{ qemu: 'alpha', ...little(64), machine: 0x9026, triplet: 'alpha-linux-gnu' },
    aliases: [],
  },
  hppa: {
    ...{ qemu: 'hppa', ...big(32), machine: 15, triplet: 'hppa-linux-gnu' },
    aliases: ['parisc', 'pa-risc'],
  },
  sh4: {
    ...{ qemu: 'sh4', ...little(32), machine: 42, triplet: 'sh4-linux-gnu' },
    aliases: ['sh'],
  },
}

/** The architecture meant by any of its usual names, also with `linux/` in front; undefined: none that Petri knows. */
export function architectureNamed(text: string): ContainerArchitecture | undefined {
  const wanted = text
    .trim()
    .toLowerCase()
    .replace(/^linux\//, '')
  return allArchitectures().find(
    (name) =>
      name === wanted || architectureFacts[name].aliases.includes(wanted) || architectureFacts[name].qemu === wanted,
  )
}

/** All of them, in the order of the contract. */
export function allArchitectures(): readonly ContainerArchitecture[] {
  return keysOf(architectureFacts)
}

/** Architectures whose programs a kernel of `host` runs without help. 32-bit ARM is asked of the host itself. */
export function runsNatively(host: ContainerArchitecture, wanted: ContainerArchitecture): boolean {
  return host === wanted || (host === 'amd64' && wanted === 'i386')
}

/** Node's word for this machine (`process.arch`) as an architecture. */
export function hostArchitecture(nodeArch: string): ContainerArchitecture {
  const words: Readonly<Record<string, ContainerArchitecture>> = {
    x64: 'amd64',
    arm64: 'arm64',
    arm: 'armhf',
    riscv64: 'riscv64',
    ppc64: 'ppc64el',
    s390x: 's390x',
    loong64: 'loong64',
    ia32: 'i386',
  }
  return words[nodeArch] ?? 'amd64'
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] {
  const keys: K[] = []
  for (const key in record) keys.push(key)
  return keys
}
