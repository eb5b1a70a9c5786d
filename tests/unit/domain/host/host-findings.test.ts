import { describe, expect, it } from 'vitest'

import { containerFindings } from '../../../../main/domain/host/container-findings.ts'
import { hostBudget } from '../../../../main/domain/host/host-budget.ts'
import type { HostDetails } from '../../../../main/domain/host/host-details.ts'
import { kvmFindings } from '../../../../main/domain/host/kvm-findings.ts'
import { memoryFindings } from '../../../../main/domain/host/memory-findings.ts'
import { programFinding } from '../../../../main/domain/host/program-finding.ts'
import { starterFinding } from '../../../../main/domain/host/starter-finding.ts'
import { subIdRanges } from '../../../../main/domain/host/sub-id-ranges.ts'
import type { HostFacts } from '../../../../main/domain/vm/host-facts.ts'

const works: HostDetails = {
  modules: ['kvm', 'kvm_intel'],
  cpuFlags: ['vmx'],
  cpuName: 'Some Processor',
  kvmDevice: { mode: '0660', group: 'kvm', openable: true },
  nested: 'Y',
  kernelRelease: '6.12.1',
  userNamespaces: { failure: undefined, max: '100', clone: undefined, appArmor: undefined },
  user: 'me',
  subUids: [{ first: 100_000, count: 65_536 }],
  subGids: [{ first: 100_000, count: 65_536 }],
  hasIdMapTools: true,
  binfmt: [],
  userEmulators: ['arm'],
  ksm: { run: '1', pagesSharing: 1024, pageBytes: 4096 },
  hugePages: { total: 0, free: 0, sizeKiB: 2048 },
  transparentHugePages: 'madvise',
  programs: [{ package: 'xorriso', purpose: 'ISO images', found: true }],
}

const facts = (usable: boolean, reason: string): HostFacts => ({
  architecture: 'x86_64',
  cpus: 2,
  memoryMiB: 4096,
  emulators: {},
  bwrapPath: undefined,
  swtpmPath: undefined,
  kvm: { usable, reason },
  firmwares: [],
  rootLinks: {},
})

describe('findings about this host', () => {
  it('says of KVM that opens and does not work that it is present, with everything that proves it', () => {
    const details = { ...works, modules: ['kvm'], cpuFlags: ['hypervisor'], nested: undefined }
    const [kvm] = kvmFindings(facts(false, 'a test guest did not reach 64-bit code within 3 s'), details)
    expect(kvm).toMatchObject({ id: 'kvm', status: 'advice' })
    expect(kvm?.finding).toContain('KVM is present but does not work.')
    expect(kvm?.evidence?.split('\n')).toEqual([
      'a test guest did not reach 64-bit code within 3 s',
      '/dev/kvm: mode 0660, group kvm, opens',
      'kernel modules: kvm (neither kvm_intel nor kvm_amd)',
      'processor: Some Processor; neither vmx nor svm in its flags',
      'this computer is itself a virtual machine',
    ])
    expect(kvm?.fix?.text).toContain('nested virtualization')
  })

  it('tells apart a device that may not be opened, and one that is not there', () => {
    const commandFor = (mode: string, group: string) => {
      const closed = { ...works, kvmDevice: { mode, group, openable: false } }
      return kvmFindings(facts(false, 'you may not open /dev/kvm'), closed)[0]?.fix?.command
    }
    expect(commandFor('0660', 'kvm')).toBe('sudo usermod -aG kvm "$USER"')
    const giveAway = 'sudo chown root:kvm /dev/kvm && sudo chmod 0660 /dev/kvm && sudo usermod -aG kvm "$USER"'
    expect(commandFor('0600', 'kvm')).toBe(giveAway)
    expect(commandFor('0660', 'root')).toBe(giveAway)
    const [absent] = kvmFindings(facts(false, 'this host has no /dev/kvm'), { ...works, kvmDevice: undefined })
    expect(absent?.fix?.command).toContain('modprobe')
  })

  it('names another hypervisor and nested virtualization that is off', () => {
    const findings = kvmFindings(facts(true, 'a test guest ran'), {
      ...works,
      modules: ['kvm', 'kvm_amd', 'vboxdrv'],
      nested: '0',
    })
    expect(findings.map(({ id, status }) => [id, status])).toEqual([
      ['kvm', 'ok'],
      ['other-hypervisor', 'advice'],
      ['nested', 'advice'],
    ])
    expect(findings[1]?.finding).toContain('VirtualBox')
    expect(findings[2]?.fix?.command).toContain('kvm_amd nested=1')
  })

  it('names the setting that forbids user namespaces', () => {
    const userNamespaces = { failure: 'unshare: Operation not permitted', max: '0', clone: '1', appArmor: '1' }
    const [finding] = containerFindings({ ...works, userNamespaces })
    expect(finding).toMatchObject({ status: 'missing' })
    expect(finding?.fix?.command).toBe(
      'sudo sysctl user.max_user_namespaces=28633 kernel.apparmor_restrict_unprivileged_userns=0',
    )
  })

  it('asks for ids only where there are too few of them', () => {
    expect(containerFindings(works)[1]).toMatchObject({ id: 'subuid', status: 'ok' })
    expect(containerFindings({ ...works, subGids: [] })[1]).toMatchObject({ status: 'advice' })
    expect(containerFindings({ ...works, hasIdMapTools: false })[1]?.fix?.command).toBe('sudo apt install uidmap')
  })

  it('knows since when a container has a binfmt table of its own', () => {
    const status = (kernelRelease: string, binfmt: readonly string[] | undefined) =>
      containerFindings({ ...works, kernelRelease, binfmt })[2]?.status
    expect([status('6.7.0', undefined), status('6.6.9', undefined), status('6.6.9', ['qemu-arm'])]).toEqual([
      'ok',
      'advice',
      'ok',
    ])
  })

  it('counts what KSM saves', () => {
    expect(memoryFindings(works)[0]?.finding).toContain('saves 4 MiB')
  })

  it('lists what is not installed with one command', () => {
    const programs = [...works.programs, { package: 'lxc', purpose: 'containers', found: false }]
    expect(programFinding({ ...works, programs }).fix?.command).toBe('sudo apt install lxc')
  })

  it('reads ranges by name and by number, and nobody else’s', () => {
    expect(subIdRanges('other:1:2\nme:100000:65536\n1000:5:7\nme:x:y\n', 'me', 1000)).toEqual([
      { first: 100_000, count: 65_536 },
      { first: 5, count: 7 },
    ])
  })
})

describe('starterFinding', () => {
  it('says what is missing in the library, why, and what brings it there', () => {
    const failure = { code: 'no-space', title: 'The disk is full', evidence: 'ENOSPC: no space left' } as const
    expect(starterFinding({ names: ['Starter'], failure }, '/data')).toMatchObject([
      {
        status: 'missing',
        finding: 'Starter could not be put into the library: the disk is full. Everything else works.',
        evidence: 'ENOSPC: no space left',
        fix: { command: 'df -h /data' },
      },
    ])
    expect(starterFinding(undefined, '/data')).toEqual([])
  })
})

describe('hostBudget', () => {
  it('keeps a reserve of memory, shares processors and warns before the disk is full', () => {
    const gib = 1024 ** 3
    expect(
      hostBudget({
        memoryMiB: { total: 16_384, available: 8192 },
        cpus: 4,
        disk: { totalBytes: 100 * gib, freeBytes: 50 * gib },
        running: [
          { memoryMiB: 2048, cpus: 2 },
          { memoryMiB: 512, cpus: 3 },
        ],
      }),
    ).toEqual({
      runningMachines: 2,
      memoryMiB: { total: 16_384, inUse: 2560, safe: 7168, caution: 8192 },
      cpus: { total: 4, inUse: 5, safe: 1, caution: 4 },
      diskBytes: { total: 100 * gib, inUse: 50 * gib, safe: 40 * gib, caution: 50 * gib },
    })
  })
})
