import { describe, expect, it } from 'vitest'

import { detectOs } from '../../../../main/domain/os/detect-os.ts'
import type { IsoVolume } from '../../../../main/domain/os/iso-volume.ts'
import { readIsoVolume } from '../../../../main/domain/os/iso-volume.ts'
import { osinfoEntry } from '../../../../main/domain/os/osinfo-entry.ts'

const volume = (volumeId: string, more: Partial<IsoVolume> = {}): IsoVolume => ({
  ...{ systemId: 'LINUX', publisherId: '', applicationId: '', volumeBytes: 1_000_000 },
  volumeId,
  ...more,
})

describe('detectOs without osinfo-db', () => {
  it.each([
    ['Debian 12.5.0 amd64 n', 'Debian 12', 'x86_64'],
    ['Debian 13.1.0 arm64 1', 'Debian 13', 'aarch64'],
    ['Ubuntu-Server 24.04.1 LTS amd64', 'Ubuntu 24.04', 'x86_64'],
    ['Ubuntu 24.10 amd64', 'Ubuntu 24.10', 'x86_64'],
    ['Fedora-S-dvd-x86_64-41', 'Fedora 41', 'x86_64'],
    ['Fedora-WS-Live-40-1-14', 'Fedora 40', undefined],
    ['CentOS-Stream-9-BaseOS-x86_64', 'CentOS Stream 9', 'x86_64'],
    ['AlmaLinux-9-4-x86_64-dvd', 'AlmaLinux 9.4', 'x86_64'],
    ['Rocky-9-4-aarch64-dvd', 'Rocky Linux 9.4', 'aarch64'],
    ['RHEL-9-4-0-BaseOS-x86_64', 'Red Hat Enterprise Linux 9.4', 'x86_64'],
    ['openSUSE-Leap-15.6-DVD-x86_64', 'openSUSE Leap 15.6', 'x86_64'],
    ['ARCH_202411', 'Arch Linux 202411', undefined],
    ['alpine-virt 3.20.3 x86_64', 'Alpine Linux 3.20', 'x86_64'],
    ['Linux Mint 22 Cinnamon 64-bit', 'Linux Mint 22', undefined],
    ['nixos-24.05-x86_64', 'NixOS 24.05', 'x86_64'],
    ['14_1_RELEASE_AMD64_CD', 'FreeBSD 14.1', 'x86_64'],
    ['OpenBSD/amd64   7.6 Install CD', 'OpenBSD 7.6', 'x86_64'],
    ['CCCOMA_X64FRE_EN-US_DV9', 'Microsoft Windows 10 or 11', 'x86_64'],
  ])('knows %s', (volumeId, name, architecture) => {
    const os = detectOs(volume(volumeId), [])
    expect({ name: os?.name, architecture: os?.architecture }).toEqual({ name, architecture })
    expect(os?.knownBy).toBe('built-in')
  })

  it('does not guess', () => {
    expect(detectOs(volume('BACKUP_2024'), [])).toBeUndefined()
    expect(detectOs(volume(''), [])).toBeUndefined()
  })

  it('recommends UEFI for arm64 and devices that the installer has drivers for', () => {
    expect(detectOs(volume('Debian 12.5.0 arm64 n'), [])?.recommended).toMatchObject({
      ...{ firmware: 'uefi', diskBus: 'virtio', networkModel: 'virtio' },
    })
    expect(detectOs(volume('CCCOMA_X64FRE_EN-US_DV9'), [])?.recommended).toMatchObject({
      ...{ firmware: 'uefi', tpm: true, diskBus: 'sata', networkModel: 'e1000e', diskGiB: 64 },
    })
  })
})

const made = (id: string, extra: object, media: object | readonly object[]) =>
  osinfoEntry({
    libosinfo: {
      os: {
        '@id': `http://x.org/${id}`,
        'short-id': id,
        name: `System ${id}`,
        version: '1',
        family: 'linux',
        ...extra,
        media,
      },
    },
  })

describe('detectOs with osinfo-db', () => {
  const gib = 1024 ** 3
  const entries = [
    made(
      'base',
      { resources: { '@arch': 'all', recommended: { ram: String(3 * gib), storage: String(30 * gib) } } },
      [],
    ),
    made(
      'one',
      { 'derives-from': { '@id': 'http://x.org/base' } },
      { '@arch': 'x86_64', iso: { 'volume-id': '^Sys' } },
    ),
    made('two', {}, { '@arch': 'x86_64', iso: [{ 'volume-id': '^Sys 2', 'system-id': 'LINUX' }] }),
    made('fedora-unknown', {}, { '@arch': 'x86_64', iso: { 'volume-id': 'Fedora.*' } }),
    made('broken', {}, { '@arch': 'x86_64', iso: { 'volume-id': '(?P<x>Sys' } }),
    made('greedy', {}, { '@arch': 'x86_64', iso: { 'system-id': 'LINUX' } }),
    made('old', { 'release-date': '2003-01-01' }, { '@arch': 'i686', iso: { 'volume-id': '^Relic' } }),
  ].flatMap((entry) => entry ?? [])

  it('takes the entry with most fields that match, and resources from what it derives from', () => {
    expect(detectOs(volume('Sys 2'), entries)?.id).toBe('two')
    expect(detectOs(volume('Sys 1'), entries)).toMatchObject({
      id: 'one',
      knownBy: 'osinfo-db',
      architecture: 'x86_64',
      recommended: { memoryMiB: 3072, diskGiB: 30 },
    })
  })

  it('prefers its own table to an entry that only knows that it does not know', () => {
    expect(detectOs(volume('Fedora-S-dvd-x86_64-41'), entries)?.name).toBe('Fedora 41')
  })

  it('gives very old systems the hardware of their time', () => {
    expect(detectOs(volume('Relic'), entries)?.recommended).toMatchObject({ diskBus: 'ide', networkModel: 'rtl8139' })
  })

  it('leaves out files that describe nothing', () => {
    expect(osinfoEntry(undefined)).toBeUndefined()
    expect(osinfoEntry({ libosinfo: '' })).toBeUndefined()
  })
})

describe('readIsoVolume', () => {
  it('finds the primary descriptor behind another one, and none in noise', () => {
    const bytes = new Uint8Array(64 * 1024)
    const put = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at)
    put(32_769, 'CD001')
    bytes[34_816] = 1
    put(34_817, 'CD001')
    put(34_816 + 40, 'A VOLUME\u0001   ')
    bytes[34_816 + 80] = 3
    bytes[34_816 + 129] = 8
    expect(readIsoVolume(bytes)).toMatchObject({ volumeId: 'A VOLUME', volumeBytes: 3 * 2048 })
    expect(readIsoVolume(new Uint8Array(40_000))).toBeUndefined()
    expect(readIsoVolume(new Uint8Array(10))).toBeUndefined()
  })
})
