import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { debianArchitecture, vmArchitecture } from '../../../../main/domain/catalogue/architecture-names.ts'
import { digestOf, newestName, parseDigestList } from '../../../../main/domain/catalogue/digest-list.ts'
import { lookAtImage } from '../../../../main/domain/catalogue/image-magic.ts'
import { serverId } from '../../../../main/domain/catalogue/image-servers.ts'
import { relativeAddress } from '../../../../main/domain/catalogue/relative-address.ts'
import { shippedCatalogue } from '../../../../main/domain/catalogue/shipped-catalogue.ts'

const base = 'https://images.example/releases/'

describe('relativeAddress', () => {
  it('encodes what a path may hold', () => {
    expect(relativeAddress(base, 'a/20260101_07:42/root fs.tar.xz')).toBe(`${base}a/20260101_07%3A42/root%20fs.tar.xz`)
  })

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a//b',
    './a',
    'a?b',
    'a#b',
    'a\\b',
    'a%2fb',
    'a\nb',
    'https://x/y',
  ])('refuses %j', (path) => expect(relativeAddress(base, path)).toBeUndefined())

  it('never leads out of its server’s folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (path) => {
        const address = relativeAddress(base, path)
        expect(address === undefined || new URL(address).href.startsWith(base)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a list of digests', () => {
  const a = 'a'.repeat(64)
  const b = 'B'.repeat(64)

  it('is read as sha256sum, BSD and a lone digest write it', () => {
    const text = `# comment\n${a}  one.img\r\n${b} *two.img\nSHA256 (three.iso) = ${a}\nSHA512 (four.iso) = ${a}${a}\nnoise\n`
    expect([...parseDigestList(text, 'sha256')]).toEqual([
      ['one.img', a],
      ['two.img', b.toLowerCase()],
      ['three.iso', a],
    ])
    expect([...parseDigestList(text, 'sha512').keys()]).toEqual(['four.iso'])
    expect(digestOf(parseDigestList(`${a}\n`, 'sha256'), 'any.img')).toBe(a)
    expect(digestOf(parseDigestList(text, 'sha256'), 'other')).toBeUndefined()
  })

  it('tells the newest name of a pattern', () => {
    const list = parseDigestList(
      ['d-9.1.iso', 'd-12.2.iso', 'd-12.10.iso', 'x/d-99.iso', 'd-12.10.iso.sig']
        .map((name) => `${a}  ${name}`)
        .join('\n'),
      'sha256',
    )
    expect(newestName(list, '^d-[0-9.]+\\.iso$')).toBe('d-12.10.iso')
    expect(newestName(list, '^e$')).toBeUndefined()
  })
})

describe('the look of an image', () => {
  const file = (text: string, at = 0, length = 65_536) => {
    const bytes = Buffer.alloc(length)
    bytes.write(text, at, 'latin1')
    return bytes
  }
  const look = (bytes: Uint8Array) => lookAtImage(bytes, bytes.length)

  it.each([
    ['hsqs', 0, 'squashfs', 'root'],
    ['\u00FD7zXZ\0', 0, 'tar.xz', 'root'],
    ['\u001F\u008B', 0, 'tar.gz', 'root'],
    ['(\u00B5/\u00FD', 0, 'tar.zst', 'root'],
    ['ustar', 257, 'tar', 'root'],
    ['CD001', 32_769, 'iso', 'iso'],
    ['\u0055\u00AA', 510, 'raw', 'disk'],
  ] as const)('%j at %i is %s', (text, at, format, kind) => {
    expect(look(file(text, at))).toEqual({ ok: true, format, kind })
  })

  it.each([
    ['', 0],
    ['<!DOCTYPE html><title>x', 0],
    ['\u00EF\u00BB\u00BF\n <HTML>', 0],
    ['<?xml version="1.0"?><html>', 0],
    ['LUKS\u00BA\u00BE', 0],
    ['WithoutFreeSpace', 0],
  ] as const)('%j is refused', (text, at) => {
    expect(look(file(text, at))).toMatchObject({ ok: false })
  })

  it('refuses an empty file', () => {
    expect(look(Buffer.alloc(0))).toEqual({ ok: false, why: 'is empty' })
  })

  it('refuses a disk that is a CD as well', () => {
    const both = file('CD001', 32_769)
    both.write('QFI\u00FB', 'latin1')
    both.writeUInt32BE(3, 4)
    expect(look(both)).toMatchObject({ ok: false })
  })
})

describe('the list that comes with Petri', () => {
  const entries = shippedCatalogue(
    readFileSync(new URL('../../../../assets/catalogue/shipped.json', import.meta.url), 'utf8'),
  )

  it('names each image once, over https, with a place for its digest', () => {
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
    const addresses = entries.flatMap(({ file, digest, signature }) => [
      file.kind === 'url' ? file.url : file.folder,
      digest.kind === 'list' ? digest.url : 'no digest',
      ...(signature?.kind === 'detached' ? [signature.url] : []),
    ])
    expect(addresses.filter((address) => !/^https:\/\/[^{}]+$/.test(address))).toEqual([])
  })

  it('has every distribution that it should', () => {
    expect(new Set(entries.map(({ os }) => os))).toEqual(
      new Set(['debian', 'fedora', 'alpine', 'arch', 'opensuse', 'ubuntu']),
    )
    expect(entries.some(({ kind, os }) => kind === 'iso' && os === 'debian')).toBe(true)
  })

  it('knows who signs what it says is checked', () => {
    const iso = entries.find(({ id }) => id === 'debian/stable/arm64/netinst/iso@petri')
    expect(iso).toMatchObject({
      file: { kind: 'named-by-list', pattern: '^debian-[0-9.]+-arm64-netinst\\.iso$' },
      keys: { keyring: '/usr/share/keyrings/debian-role-keys.gpg', package: 'debian-keyring' },
      signature: { kind: 'detached', over: 'list' },
    })
  })
})

it('names architectures as Debian and QEMU do', () => {
  expect(['x86_64', 'aarch64', 'armv7', 'ppc64le', 'loong64'].map(debianArchitecture)).toEqual([
    ...['amd64', 'arm64', 'armhf', 'ppc64el', 'loong64'],
  ])
  expect(['amd64', 'armhf', 'mips64el', 'toString'].map(vmArchitecture)).toEqual([
    'x86_64',
    'arm',
    undefined,
    undefined,
  ])
})

it('gives a server an id of its own', () => {
  expect(serverId('https://Mirror.Example:8443/x/', new Set())).toBe('mirror-example')
  expect(serverId('https://mirror.example/y/', new Set(['mirror-example']))).toBe('mirror-example-2')
  expect(serverId('https://petri/', new Set())).toBe('petri-2')
})
