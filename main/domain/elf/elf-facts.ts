import { architectureLabels, type ContainerArchitecture } from '#contract/container'
import type { BinaryFacts } from '#contract/elf'
import { allArchitectures, architectureFacts } from '../container/architectures.ts'
import { type ElfFile, PT } from './read-elf.ts'

const ET = { object: 1, executable: 2, shared: 3, core: 4 } as const

/** Machines that Petri does not run, by their number, so that they can at least be named. */
const OTHER_MACHINES: Readonly<Record<number, string>> = {
  2: 'SPARC, 32-bit',
  6: 'Intel MCU',
  7: 'Intel 80860',
  50: 'Itanium',
  75: 'VAX',
  83: 'AVR',
  92: 'OpenRISC',
  93: 'ARC',
  94: 'Xtensa',
  105: 'MSP430',
  164: 'Hexagon',
  189: 'MicroBlaze',
  190: 'CUDA',
  195: 'ARC v2',
  224: 'AMD GPU',
  247: 'eBPF',
  252: 'C-SKY',
}

const OS_ABIS: Readonly<Record<number, string>> = {
  0: 'System V',
  1: 'HP-UX',
  2: 'NetBSD',
  3: 'Linux',
  6: 'Solaris',
  9: 'FreeBSD',
  12: 'OpenBSD',
  97: 'ARM, bare',
  255: 'standalone',
}

const EF_ARM_HARD = 0x400
const EF_ARM_SOFT = 0x200

/** What an ELF file says about itself, in the words of the contract. */
export function elfFacts(elf: ElfFile): BinaryFacts {
  const architecture = elfArchitecture(elf)
  const known = architecture === undefined ? undefined : architectureLabels[architecture]
  const words = known ?? OTHER_MACHINES[elf.machine] ?? `machine number ${elf.machine}`
  const floatAbi = floatAbiOf(elf)
  return {
    format: 'elf',
    ...(architecture !== undefined && { architecture }),
    machine: `${words} (${elf.bits}-bit, ${elf.bigEndian ? 'big' : 'little'}-endian)`,
    type: typeOf(elf),
    abi: abiOf(elf),
    ...(floatAbi !== undefined && { floatAbi }),
    ...(elf.type !== ET.object &&
      elf.type !== ET.core && {
        linkage: elf.interpreter !== undefined || elf.libraries.length > 0 ? 'dynamic' : 'static',
      }),
    ...(elf.interpreter !== undefined && { interpreter: elf.interpreter }),
    ...(elf.libraries.length > 0 && { libraries: [...elf.libraries] }),
    ...(elf.minimumKernel !== undefined && { minimumKernel: elf.minimumKernel }),
    ...(elf.buildId !== undefined && { buildId: elf.buildId }),
  }
}

/** Which of our architectures an ELF file is for. 32-bit ARM is told apart by its floating-point convention. */
export function elfArchitecture(elf: ElfFile): ContainerArchitecture | undefined {
  const found = allArchitectures().find((name) => {
    const { machine, bits, bigEndian } = architectureFacts[name]
    return machine === elf.machine && bits === elf.bits && bigEndian === elf.bigEndian
  })
  if (found !== 'armhf' && found !== 'armel') return found
  const isSoft =
    elf.interpreter === undefined ? (elf.flags & EF_ARM_SOFT) !== 0 : !/armhf|gnueabihf/.test(elf.interpreter)
  return isSoft ? 'armel' : 'armhf'
}

function typeOf(elf: ElfFile): NonNullable<BinaryFacts['type']> {
  if (elf.type === ET.object) return 'object'
  if (elf.type === ET.core) return 'core'
  if (elf.type === ET.executable) return 'executable'
  if (elf.type !== ET.shared) return 'other'
  // Static PIE has neither loader nor libraries, but an entry; a library has a name and no loader.
  const isProgram = elf.interpreter !== undefined || elf.saysPie || (elf.soname === undefined && elf.entry !== 0)
  return isProgram ? 'pie' : 'library'
}

function abiOf(elf: ElfFile): string {
  const system = OS_ABIS[elf.osAbi] ?? `number ${elf.osAbi}`
  if (elf.machine === 62 && elf.bits === 32) return 'x32'
  if (elf.machine === 40) return elf.flags >>> 24 === 0 ? 'old ARM ABI (OABI)' : `EABI ${elf.flags >>> 24}`
  if (elf.machine === 8) return (elf.flags & 0x20) === 0 ? (elf.bits === 64 ? 'n64' : 'o32') : 'n32'
  if (elf.machine === 21) return (elf.flags & 3) === 2 ? 'ELFv2' : 'ELFv1'
  return system
}

function floatAbiOf(elf: ElfFile): BinaryFacts['floatAbi'] {
  if (elf.machine === 40) {
    if ((elf.flags & EF_ARM_HARD) !== 0 || /armhf/.test(elf.interpreter ?? '')) return 'hard'
    return (elf.flags & EF_ARM_SOFT) !== 0 || elf.interpreter !== undefined ? 'soft' : 'unknown'
  }
  if (elf.machine === 243) return (['soft', 'single', 'double', 'unknown'] as const)[(elf.flags >> 1) & 3]
  return undefined
}

/** Whether the kernel would find anything to load. */
export function hasCode(elf: ElfFile): boolean {
  return elf.segments.some(({ type, flags }) => type === PT.load && (flags & 1) !== 0)
}

export function osAbiName(osAbi: number): string {
  return OS_ABIS[osAbi] ?? `number ${osAbi}`
}
