import { expect, it } from 'vitest'

import {
  allArchitectures,
  architectureFacts,
  architectureNamed,
} from '../../../../main/domain/container/architectures.ts'
import {
  elfMagic,
  parseBinfmtEntry,
  registrationLine,
  takesArchitecture,
} from '../../../../main/domain/container/binfmt-registration.ts'

// As in /usr/lib/binfmt.d/qemu-*.conf of Debian 12.
const DEBIAN: Readonly<Record<string, string>> = {
  arm: '7f454c4601010100000000000000000002002800',
  aarch64: '7f454c460201010000000000000000000200b700',
  riscv64: '7f454c460201010000000000000000000200f300',
  ppc64le: '7f454c4602010100000000000000000002001500',
  s390x: '7f454c4602020100000000000000000000020016',
  mips64el: '7f454c4602010100000000000000000002000800',
  loongarch64: '7f454c4602010100000000000000000002000201',
  sparc64: '7f454c460202010000000000000000000002002b',
}

it('knows the programs of each architecture by the bytes that Debian knows them by', () => {
  const ours = Object.fromEntries(
    allArchitectures()
      .filter((name) => DEBIAN[architectureFacts[name].qemu] !== undefined)
      .map((name) => [architectureFacts[name].qemu, Buffer.from(elfMagic(name).magic).toString('hex')]),
  )
  expect(ours).toEqual(DEBIAN)
})

it('registers with the flags O, P and F, and never with C', () => {
  const line = registrationLine('s390x', '/usr/bin/qemu-s390x-static')
  expect(line).toBe(
    String.raw`:petri-s390x:M::\x7f\x45\x4c\x46\x02\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x16` +
      String.raw`:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff:/usr/bin/qemu-s390x-static:OPF`,
  )
  for (const name of allArchitectures()) expect(registrationLine(name, '/e')).toMatch(/:OPF$/)
})

it('reads what the kernel prints of a registration', () => {
  const text =
    'enabled\ninterpreter /usr/libexec/qemu-binfmt/arm-binfmt-P\nflags: POCF\noffset 0\n' +
    'magic 7f454c4601010100000000000000000002002800\nmask ffffffffffffff00fffffffffffffffffeffffff\n'
  const entry = parseBinfmtEntry('qemu-arm', text, () => true)
  expect(entry).toMatchObject({ enabled: true, flags: 'POCF', interpreter: '/usr/libexec/qemu-binfmt/arm-binfmt-P' })
  expect(entry.flagsExplained[2]).toMatch(/risk/)
  expect(
    ['armhf', 'arm64', 'i386'].map((name) => takesArchitecture(entry, architectureNamed(name) ?? 'amd64')),
  ).toEqual([true, false, false])
  expect(takesArchitecture({ ...entry, enabled: false }, 'armhf')).toBe(false)
})

it.each([
  ['arm/v7', 'armhf'],
  ['linux/arm/v6', 'armel'],
  ['aarch64', 'arm64'],
  ['linux/arm64/v8', 'arm64'],
  ['X86_64', 'amd64'],
  ['i686', 'i386'],
  ['ppc64le', 'ppc64el'],
  ['rv64gc', 'riscv64'],
  ['z80', undefined],
])('%s is %s', (text, name) => {
  expect(architectureNamed(text)).toBe(name)
})

it('gives no name to two architectures', () => {
  const names = allArchitectures().flatMap((name) => [name, ...architectureFacts[name].aliases])
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
