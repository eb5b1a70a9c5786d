import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { diagnoseFile, type FileToDiagnose, type RunningHost } from '../../../../main/domain/elf/diagnose-file.ts'
import { craftElf, type ElfCraft } from '../../../fixtures/craft-elf.ts'

const host: RunningHost = {
  architecture: 'amd64',
  kernel: [6, 1],
  emulators: {
    armhf: '/usr/bin/qemu-arm-static',
    armel: '/usr/bin/qemu-arm-static',
    arm64: '/q',
    riscv64: '/q',
    s390x: '/q',
  },
  hasFile: (path) => ['/lib64/ld-linux-x86-64.so.2', '/bin/sh', '/usr/bin/env'].includes(path),
  missingHere: (names) => names.filter((name) => name !== 'libc.so.6'),
  rootFor: (architecture, interpreter) =>
    architecture === 'armhf' && interpreter === '/lib/ld-linux-armhf.so.3'
      ? { folder: '/root', label: 'Debian', missing: (names) => names.filter((name) => name !== 'libc.so.6') }
      : undefined,
}
const file = (bytes: Uint8Array, change: Partial<FileToDiagnose> = {}): FileToDiagnose => ({
  path: '/tmp/a b',
  kind: 'file',
  sizeBytes: bytes.length,
  executable: true,
  noexec: false,
  readAt: (offset, length) => bytes.slice(offset, offset + length),
  ...change,
})
const text = (words: string) => new TextEncoder().encode(words)
const amd64: ElfCraft = { bits: 64, machine: 62, flags: 0 }
const armhf = { interpreter: '/lib/ld-linux-armhf.so.3', libraries: ['libc.so.6'] }

describe('says the right thing of', () => {
  const elves: readonly (readonly [string, ElfCraft, string])[] = [
    ['a static program for ARM', {}, 'emulated-static'],
    ['a static program for soft-float ARM', { flags: 0x05000200 }, 'emulated-static'],
    ['a dynamic program for ARM with its root file system', armhf, 'emulated-dynamic'],
    ['one that lacks a library', { ...armhf, libraries: ['libc.so.6', 'libnothere.so.1'] }, 'library-missing'],
    [
      'one for soft-float ARM without a root file system',
      { ...armhf, interpreter: '/lib/ld-linux.so.3' },
      'root-missing',
    ],
    [
      'one for musl',
      { interpreter: '/lib/ld-musl-armhf.so.1', libraries: ['libc.musl-armv7.so.1'] },
      'musl-loader-missing',
    ],
    [
      'one for arm64 without a root file system',
      { bits: 64, machine: 183, flags: 0, interpreter: '/lib/ld-linux-aarch64.so.1' },
      'root-missing',
    ],
    ['a static program for big-endian s390x', { bits: 64, machine: 22, bigEndian: true, flags: 0 }, 'emulated-static'],
    ['a position-independent static program', { ...amd64, type: 3, pie: true }, 'native'],
    ['a native program', { ...amd64, interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] }, 'native'],
    [
      'a native program that lacks a library',
      { ...amd64, interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6', 'libnothere.so.1'] },
      'library-missing',
    ],
    [
      'a native program with another loader',
      { ...amd64, interpreter: '/opt/lib/ld.so', libraries: [] },
      'loader-missing',
    ],
    ['a native program for musl', { ...amd64, interpreter: '/lib/ld-musl-x86_64.so.1' }, 'musl-loader-missing'],
    ['a program for i386', { machine: 3, flags: 0 }, 'native'],
    ['a program for x32', { machine: 62, flags: 0 }, 'x32'],
    ['a program whose emulator is missing', { bits: 64, machine: 21, flags: 2 }, 'emulator-missing'],
    ['a program for an unknown machine', { machine: 999 }, 'unknown-machine'],
    ['a program for AVR', { machine: 83 }, 'unknown-machine'],
    ['a program with the old ARM ABI', { flags: 0 }, 'arm-oabi'],
    ['a program with the MIPS n32 ABI', { machine: 8, flags: 0x20 }, 'mips-n32'],
    ['a program for FreeBSD', { ...amd64, osAbi: 9 }, 'other-system'],
    ['a program for a newer kernel', { minimumKernel: [6, 9, 0] }, 'kernel-too-old'],
    ['an object file', { type: 1, noSegments: true }, 'object-file'],
    ['a core dump', { type: 4 }, 'core-dump'],
    ['a library', { type: 3, soname: 'libx.so.1', libraries: ['libc.so.6'] }, 'library'],
    ['an ELF file of a strange type', { type: 0xfe00 }, 'unknown-type'],
    ['a file with debug symbols only', { loadFlags: 4 }, 'no-code'],
    ['a program without segments', { noSegments: true }, 'no-code'],
    ['a program that is cut off', { loadSize: 100_000 }, 'damaged-elf'],
    ['a program with a wrong class', { classCode: 7 }, 'damaged-elf'],
    ['a program with a wrong byte order', { endianCode: 0 }, 'damaged-elf'],
    ['a program with a wrong version', { version: 3 }, 'damaged-elf'],
    ['a program with wrong program headers', { phEntrySize: 12 }, 'damaged-elf'],
    ['a program with more program headers than bytes', { phCount: 60_000 }, 'damaged-elf'],
    ['a program with a nameless loader', { interpreter: '' }, 'damaged-elf'],
  ]
  it.each(elves)('%s', (_what, craft, code) => {
    const { verdict } = diagnoseFile(file(craftElf(craft)), host)
    expect(verdict.code).toBe(code)
    expect(verdict.runs === 'not').toBe(!/^(native|emulated.*)$/.test(code))
  })

  it.each<readonly [string, Uint8Array, Partial<FileToDiagnose>, string]>([
    ['a header that is cut off', craftElf().slice(0, 30), {}, 'damaged-elf'],
    ['nothing but the magic', craftElf().slice(0, 4), {}, 'damaged-elf'],
    ['an empty file', text(''), {}, 'empty'],
    ['a folder', text(''), { kind: 'folder' }, 'folder'],
    ['a pipe', text(''), { kind: 'special' }, 'special-file'],
    ['a native program without x', craftElf(amd64), { executable: false }, 'not-executable'],
    ['a foreign program without x', craftElf(), { executable: false }, 'not-executable'],
    ['a native program on noexec', craftElf(amd64), { noexec: true }, 'noexec'],
    ['a script', text('#!/bin/sh\necho\n'), {}, 'script'],
    ['a script without x', text('#!/bin/sh\n'), { executable: false }, 'not-executable'],
    ['a script from Windows', text('#!/bin/sh\r\necho\r\n'), {}, 'script-crlf'],
    ['a script whose program is missing', text('#!/usr/bin/perl6\n'), {}, 'script-interpreter-missing'],
    ['a script without a program', text('#!\n'), {}, 'script-without-interpreter'],
    ['a script with a bare name', text('#!python\n'), {}, 'script-relative'],
    ['text', text('echo hello\n'), {}, 'no-first-line'],
    ['a program for Windows', text('MZ\u0090\0'), {}, 'pe-file'],
    ['a program for macOS', Uint8Array.of(0xcf, 0xfa, 0xed, 0xfe, 7), {}, 'mach-o-file'],
    ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0), {}, 'archive-file'],
    ['a qcow2 image', Uint8Array.of(0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3), {}, 'disk-image-file'],
    ['rubbish', Uint8Array.of(1, 2, 3, 4), {}, 'unknown-format'],
  ])('%s', (_what, bytes, change, code) => {
    expect(diagnoseFile(file(bytes, change), host).verdict.code).toBe(code)
  })
})

it('reads architecture, ABI, float ABI, linkage, loader and libraries', () => {
  const bytes = craftElf({ ...armhf, minimumKernel: [3, 2, 0] })
  expect(diagnoseFile(file(bytes), host).facts).toEqual({
    format: 'elf',
    architecture: 'armhf',
    machine: 'ARM, 32-bit, hard float (32-bit, little-endian)',
    type: 'executable',
    abi: 'EABI 5',
    floatAbi: 'hard',
    linkage: 'dynamic',
    interpreter: '/lib/ld-linux-armhf.so.3',
    libraries: ['libc.so.6'],
    minimumKernel: '3.2.0',
  })
})

it('quotes the path in a command that is to be copied', () => {
  const { verdict } = diagnoseFile(file(craftElf(amd64), { executable: false, path: "/tmp/it's" }), host)
  expect(verdict.cure?.command).toBe(String.raw`chmod +x '/tmp/it'\''s'`)
})

it('answers for any bytes, and for any damage to a good file', () => {
  const good = craftElf({ ...armhf, minimumKernel: [3, 2, 0] })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(good.length),
      (changes, length) => {
        const bytes = good.slice(0, length)
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        expect(diagnoseFile(file(bytes), host).verdict.title).not.toBe('')
      },
    ),
    { numRuns: 2000 },
  )
})
