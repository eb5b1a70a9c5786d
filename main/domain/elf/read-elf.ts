/** Gives `length` bytes of a file from `offset` on, fewer at its end. */
export type ReadAt = (offset: number, length: number) => Uint8Array

export interface ElfFile {
  readonly bits: 32 | 64
  readonly bigEndian: boolean
  readonly osAbi: number
  readonly type: number
  readonly machine: number
  readonly flags: number
  readonly entry: number
  readonly segments: readonly ElfSegment[]
  readonly interpreter: string | undefined
  readonly isDynamic: boolean
  readonly libraries: readonly string[]
  /** It says itself where its libraries lie. */
  readonly hasLibraryPath: boolean
  /** Flag DF_1_PIE: a position-independent program and not a library. */
  readonly saysPie: boolean
  readonly soname: string | undefined
  readonly minimumKernel: string | undefined
  readonly buildId: string | undefined
}

export interface ElfSegment {
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly address: number
  readonly fileSize: number
  readonly memorySize: number
}

/** `damage`: what is wrong, in words for people. */
export type ElfReading = { readonly elf: ElfFile } | { readonly damage: string }

/** More program headers than any real file has. The kernel itself takes at most a page of them for most machines. */
const MAX_SEGMENTS = 512
const MAX_DYNAMIC_ENTRIES = 4096
const MAX_LIBRARIES = 512
const MAX_STRING = 4096
const MAX_NOTE_BYTES = 64 * 1024

export const PT = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const

/** Reads what the kernel and the loader read of an ELF file. Never throws: damage is an answer. */
export function readElf(readAt: ReadAt, size: number): ElfReading {
  const head = readAt(0, 64)
  if (head.length < 20) return { damage: `it ends within the ELF header, after ${size} bytes` }
  const [bitsCode = 0, endianCode = 0, version = 0, osAbi = 0] = head.subarray(4, 8)
  if (bitsCode !== 1 && bitsCode !== 2)
    return { damage: `its ELF class is ${bitsCode}, neither 1 (32-bit) nor 2 (64-bit)` }
  if (endianCode !== 1 && endianCode !== 2) return { damage: `its ELF byte order is ${endianCode}, neither 1 nor 2` }
  if (version !== 1) return { damage: `its ELF version is ${version}, not 1` }
  const bits = bitsCode === 2 ? 64 : 32
  const bigEndian = endianCode === 2
  const is64 = bits === 64
  if (head.length < (is64 ? 64 : 52)) return { damage: `it ends within the ELF header, after ${size} bytes` }
  const number = numberReader(bigEndian)
  const word = (bytes: Uint8Array, at32: number, at64: number) =>
    is64 ? number(bytes, at64, 8) : number(bytes, at32, 4)
  const tableAt = word(head, 28, 32)
  const entrySize = number(head, is64 ? 54 : 42, 2)
  const count = number(head, is64 ? 56 : 44, 2)
  const facts = {
    bits,
    bigEndian,
    osAbi,
    type: number(head, 16, 2),
    machine: number(head, 18, 2),
    flags: number(head, is64 ? 48 : 36, 4),
    entry: word(head, 24, 24),
  } as const
  const wantedSize = is64 ? 56 : 32
  if (count > 0 && entrySize !== wantedSize)
    return { damage: `its program headers are ${entrySize} bytes long instead of ${wantedSize}` }
  if (count > MAX_SEGMENTS) return { damage: `it has ${count} program headers` }
  const table = readAt(tableAt, count * wantedSize)
  if (table.length < count * wantedSize) return { damage: 'its program headers lie beyond its end: it is cut off' }
  const segments = Array.from({ length: count }, (_, index): ElfSegment => {
    const bytes = table.subarray(index * wantedSize, (index + 1) * wantedSize)
    return {
      type: number(bytes, 0, 4),
      flags: number(bytes, is64 ? 4 : 24, 4),
      offset: word(bytes, 4, 8),
      address: word(bytes, 8, 16),
      fileSize: word(bytes, 16, 32),
      memorySize: word(bytes, 20, 40),
    }
  })
  const cut = segments.find((segment) => segment.type === PT.load && segment.offset + segment.fileSize > size)
  if (cut !== undefined)
    return { damage: `it is cut off: ${cut.offset + cut.fileSize} bytes are needed, ${size} are there` }

  const interpreterSegment = segments.find(({ type }) => type === PT.interpreter)
  const interpreter =
    interpreterSegment && textOf(readAt(interpreterSegment.offset, Math.min(interpreterSegment.fileSize, MAX_STRING)))
  if (interpreter === '') return { damage: 'the name of its loader (interpreter) is empty' }
  const dynamic = readDynamic(readAt, number, is64, segments)
  return {
    elf: {
      ...facts,
      segments,
      interpreter,
      isDynamic: segments.some(({ type }) => type === PT.dynamic),
      ...dynamic,
      ...readNotes(readAt, number, segments),
    },
  }
}

type NumberReader = (bytes: Uint8Array, at: number, size: number) => number

/** Numbers above 2^53 lose their last bits; no honest file has them, and they fail every later check of range. */
function numberReader(bigEndian: boolean): NumberReader {
  return (bytes, at, size) => {
    let value = 0
    for (let index = 0; index < size; index++)
      value = value * 256 + (bytes[at + (bigEndian ? index : size - 1 - index)] ?? 0)
    return value
  }
}

const DT = { needed: 1, stringTable: 5, soname: 14, rpath: 15, runpath: 29, flags1: 0x6ffffffb } as const
const DF_1_PIE = 0x08000000

function readDynamic(readAt: ReadAt, number: NumberReader, is64: boolean, segments: readonly ElfSegment[]) {
  const nothing = { libraries: [], hasLibraryPath: false, saysPie: false, soname: undefined }
  const segment = segments.find(({ type }) => type === PT.dynamic)
  if (segment === undefined) return nothing
  const half = is64 ? 8 : 4
  const bytes = readAt(segment.offset, Math.min(segment.fileSize, MAX_DYNAMIC_ENTRIES * half * 2))
  const needed: number[] = []
  let stringsAt: number | undefined
  let sonameAt: number | undefined
  let saysPie = false
  let hasLibraryPath = false
  for (let at = 0; at + half * 2 <= bytes.length; at += half * 2) {
    const tag = number(bytes, at, half)
    const value = number(bytes, at + half, half)
    if (tag === 0) break
    if (tag === DT.needed && needed.length < MAX_LIBRARIES) needed.push(value)
    if (tag === DT.stringTable) stringsAt = fileOffset(segments, value)
    if (tag === DT.soname) sonameAt = value
    if (tag === DT.rpath || tag === DT.runpath) hasLibraryPath = true
    if (tag === DT.flags1) saysPie = Math.floor(value / DF_1_PIE) % 2 === 1
  }
  if (stringsAt === undefined) return { ...nothing, saysPie }
  const from = stringsAt
  const name = (at: number) => textOf(readAt(from + at, MAX_STRING))
  return {
    libraries: needed.map(name).filter((library) => library !== ''),
    hasLibraryPath,
    saysPie,
    soname: sonameAt === undefined ? undefined : name(sonameAt),
  }
}

/** Where in the file lies what will be at this address; undefined: nowhere. */
function fileOffset(segments: readonly ElfSegment[], address: number): number | undefined {
  const holder = segments.find(
    (segment) => segment.type === PT.load && address >= segment.address && address < segment.address + segment.fileSize,
  )
  return holder && address - holder.address + holder.offset
}

/** GNU notes: type 1 holds the oldest kernel, type 3 the build's own number. */
function readNotes(readAt: ReadAt, number: NumberReader, segments: readonly ElfSegment[]) {
  let minimumKernel: string | undefined
  let buildId: string | undefined
  for (const segment of segments.filter(({ type }) => type === PT.note)) {
    const bytes = readAt(segment.offset, Math.min(segment.fileSize, MAX_NOTE_BYTES))
    let at = 0
    while (at + 12 <= bytes.length) {
      const nameSize = number(bytes, at, 4)
      const size = number(bytes, at + 4, 4)
      const type = number(bytes, at + 8, 4)
      const content = at + 12 + padded(nameSize)
      if (nameSize > bytes.length || size > bytes.length || content + size > bytes.length) break
      if (textOf(bytes.subarray(at + 12, at + 12 + nameSize)) === 'GNU') {
        const part = bytes.subarray(content, content + size)
        if (type === 1 && size >= 16) minimumKernel = [4, 8, 12].map((from) => number(part, from, 4)).join('.')
        if (type === 3) buildId = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      }
      at = content + padded(size)
    }
  }
  return { minimumKernel, buildId }
}

const padded = (size: number) => Math.ceil(size / 4) * 4

/** Latin-1 up to the first NUL; control characters become `?`, because this is shown. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const kept = end < 0 ? bytes : bytes.subarray(0, end)
  return [...kept].map((byte) => (byte < 32 || byte > 126 ? '?' : String.fromCharCode(byte))).join('')
}
