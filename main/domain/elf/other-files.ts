import type { BinaryFacts, Verdict } from '#contract/elf'

interface KnownKind {
  readonly format: BinaryFacts['format']
  readonly starts: readonly (readonly number[])[]
  readonly title: string
  readonly cure: string
}

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0))

const KINDS: readonly KnownKind[] = [
  {
    format: 'pe',
    starts: [ascii('MZ')],
    title: 'This is a program for Windows',
    cure: 'Run it with Wine or in a virtual machine with Windows.',
  },
  {
    format: 'mach-o',
    starts: [
      [0xfe, 0xed, 0xfa, 0xce],
      [0xfe, 0xed, 0xfa, 0xcf],
      [0xce, 0xfa, 0xed, 0xfe],
      [0xcf, 0xfa, 0xed, 0xfe],
    ],
    title: 'This is a program for macOS',
    cure: 'Get its build for Linux.',
  },
  {
    format: 'java',
    starts: [[0xca, 0xfe, 0xba, 0xbe]],
    title: 'This is a Java class (or a fat macOS program)',
    cure: 'Run a class with java.',
  },
  {
    format: 'wasm',
    starts: [[0, ...ascii('asm')]],
    title: 'This is WebAssembly',
    cure: 'Run it with wasmtime or in a browser.',
  },
  {
    format: 'archive',
    starts: [
      [0x1f, 0x8b],
      ascii('PK\u0003\u0004'),
      ascii('BZh'),
      [0xfd, ...ascii('7zXZ')],
      [0x28, 0xb5, 0x2f, 0xfd],
      ascii('!<arch>'),
    ],
    title: 'This is an archive, not a program',
    cure: 'Unpack it first. A root file system can be given to petri container create --from.',
  },
  {
    format: 'disk-image',
    starts: [[...ascii('QFI'), 0xfb], ascii('hsqs')],
    title: 'This is an image of a disk or file system',
    cure: 'Start a machine from it, or make a container from a squashfs.',
  },
]

/** What a file is that is neither ELF nor a script with a first line. */
export function otherKind(head: Uint8Array): { readonly facts: BinaryFacts; readonly verdict: Verdict } {
  const known = KINDS.find(({ starts }) => starts.some((start) => start.every((byte, index) => head[index] === byte)))
  if (known !== undefined)
    return answer(known.format, `${known.format}-file`, known.title, 'Linux cannot run it by itself.', known.cure)
  const isText = head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13)
  if (isText)
    return answer(
      'text',
      'no-first-line',
      'This is text without a first line that names a program',
      'A shell may take it for a shell script; the kernel refuses it ("exec format error").',
      'Write #!/bin/sh (or the right program) into its first line.',
    )
  return answer(
    'unknown',
    'unknown-format',
    'Petri does not know what this file is',
    'It begins like no program.',
    'Look at it with the command file.',
  )
}

function answer(format: BinaryFacts['format'], code: string, title: string, why: string, cure: string) {
  return { facts: { format }, verdict: { runs: 'not' as const, code, title, why, cure: { text: cure } } }
}

/** The program that a script's first line names. */
export function scriptOf(head: Uint8Array): { readonly interpreter: string; readonly windowsLineEnd: boolean } {
  const end = head.indexOf(10)
  const line = [...head.subarray(2, end < 0 ? Math.min(head.length, 256) : end)]
    .map((byte) => String.fromCharCode(byte))
    .join('')
  const interpreter = line.trim().split(/\s+/)[0] ?? ''
  // With a word behind the program the line end hurts the word, not the program's name.
  return { interpreter, windowsLineEnd: line.endsWith('\r') && !/\S\s+\S/.test(line.trim()) }
}
