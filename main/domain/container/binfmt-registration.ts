import type { ContainerArchitecture } from '#contract/container'
import type { BinfmtEntry } from '#contract/elf'
import { architectureFacts } from './architectures.ts'

/** Bytes of an ELF header that tell an architecture's programs, and which of their bits count. */
export interface ElfMagic {
  readonly magic: readonly number[]
  readonly mask: readonly number[]
}

/**
 * The first 20 bytes of a program: identification, type and machine. The mask lets pass any OS ABI (byte 7) and both
 * types of program: 2 (at a fixed address) and 3 (anywhere).
 */
export function elfMagic(architecture: ContainerArchitecture): ElfMagic {
  const { bits, bigEndian, machine } = architectureFacts[architecture]
  const pair = (value: number) => (bigEndian ? [value >> 8, value & 255] : [value & 255, value >> 8])
  const identification = [0x7f, 0x45, 0x4c, 0x46, bits === 64 ? 2 : 1, bigEndian ? 2 : 1, 1, 0]
  return {
    magic: [...identification, ...Array<number>(8).fill(0), ...pair(2), ...pair(machine)],
    mask: [...Array<number>(7).fill(255), 0, ...Array<number>(8).fill(255), ...pair(0xfffe), 255, 255],
  }
}

/**
 * The line for binfmt_misc's `register`. Flags: O hands the program over as an open file, P keeps the name it was called
 * by, F opens the emulator now, so that it need not be inside the container. Never C, which would let set-uid programs
 * run the emulator with the rights of their owner.
 */
export function registrationLine(architecture: ContainerArchitecture, emulator: string): string {
  const { magic, mask } = elfMagic(architecture)
  return `:petri-${architectureFacts[architecture].qemu}:M::${escaped(magic)}:${escaped(mask)}:${emulator}:OPF`
}

const escaped = (bytes: readonly number[]) =>
  bytes.map((byte) => String.raw`\x${byte.toString(16).padStart(2, '0')}`).join('')

const flagWords: Readonly<Record<string, string>> = {
  P: 'P: the program keeps the name it was called by',
  O: 'O: the program is handed over as an open file, so it need not be readable',
  C: 'C: set-uid programs run the emulator with their owner’s rights — a risk',
  F: 'F: the emulator was opened at registration, so it also works in containers and other roots',
}

/** Reads one file of /proc/sys/fs/binfmt_misc. */
export function parseBinfmtEntry(name: string, text: string, isThere: (path: string) => boolean): BinfmtEntry {
  const value = (key: string) => new RegExp(`^${key}:? (.*)$`, 'm').exec(text)?.[1]?.trim()
  const interpreter = value('interpreter') ?? ''
  const flags = value('flags') ?? ''
  const [magic, mask, extension] = [value('magic'), value('mask'), value('extension')]
  return {
    name,
    enabled: /^enabled$/m.test(text),
    interpreter,
    interpreterThere: isThere(interpreter),
    flags,
    flagsExplained: [...flags].map((flag) => flagWords[flag] ?? `${flag}: unknown`),
    ...(magic !== undefined && { magic }),
    ...(mask !== undefined && { mask }),
    ...(extension !== undefined && { extension }),
  }
}

/** Whether an entry (its magic and mask as the kernel prints them, in hex) takes programs of this architecture. */
export function takesArchitecture(entry: BinfmtEntry, architecture: ContainerArchitecture): boolean {
  if (!entry.enabled || entry.magic === undefined) return false
  const sample = elfMagic(architecture).magic
  const magic = hexBytes(entry.magic)
  const mask = entry.mask === undefined ? magic.map(() => 255) : hexBytes(entry.mask)
  return (
    magic.length >= 20 &&
    magic.slice(0, 20).every((byte, index) => ((byte ^ (sample[index] ?? 0)) & (mask[index] ?? 0)) === 0)
  )
}

const hexBytes = (hex: string) => (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
