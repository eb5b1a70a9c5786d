import type { HostFacts } from '../../domain/vm/host-facts.ts'
import type { HostFinding, HostReport } from '#contract/host'
import type { VmArchitecture } from '#contract/vm-spec'
import { containerFindings } from '../../domain/host/container-findings.ts'
import type { HostDetails } from '../../domain/host/host-details.ts'
import { kvmFindings } from '../../domain/host/kvm-findings.ts'
import { memoryFindings } from '../../domain/host/memory-findings.ts'
import { type LackingStarters, starterFinding } from '../../domain/host/starter-finding.ts'
import { programFinding } from '../../domain/host/program-finding.ts'
import { type SandboxVerdict } from './try-sandbox.ts'

const packages: readonly (readonly [VmArchitecture, string])[] = [
  ['x86_64', 'qemu-system-x86'],
  ['aarch64', 'qemu-system-arm'],
  ['arm', 'qemu-system-arm'],
  ['riscv64', 'qemu-system-misc'],
  ['ppc64', 'qemu-system-ppc'],
  ['s390x', 'qemu-system-misc'],
]

/** The findings about this host, in the order in which they matter to somebody who wants to run a machine. */
export function hostReport(
  facts: HostFacts,
  seen: {
    sandbox: SandboxVerdict
    details: HostDetails
    freeBytes: number
    dataFolder: string
    hasQemuImg: boolean
    hasPty: boolean
    lackingStarters: LackingStarters | undefined
    at: Date
  },
): HostReport {
  return {
    checkedAt: seen.at.toISOString(),
    findings: [
      ...kvmFindings(facts, seen.details),
      emulatorFinding(facts),
      sandboxFinding(facts, seen.sandbox),
      imageToolFinding(seen.hasQemuImg),
      firmwareFinding(facts),
      tpmFinding(facts),
      ptyFinding(seen.hasPty),
      ...starterFinding(seen.lackingStarters, seen.dataFolder),
      spaceFinding(seen.freeBytes, seen.dataFolder),
      memoryFinding(facts),
      ...memoryFindings(seen.details),
      ...containerFindings(seen.details),
      programFinding(seen.details),
    ],
  }
}

function emulatorFinding({ emulators }: HostFacts): HostFinding {
  const base = { id: 'qemu', title: 'QEMU' }
  const found = packages.flatMap(([architecture]) => {
    const emulator = emulators[architecture]
    return emulator ? `${architecture} ${emulator.version.join('.')}` : []
  })
  const missing = packages.filter(([architecture]) => !emulators[architecture])
  const names = [...new Set(missing.map(([, name]) => name))]
  const install = { text: 'Install the missing emulators.', command: `sudo apt install ${names.join(' ')}` }
  if (found.length === 0)
    return { ...base, status: 'missing', finding: 'QEMU is not installed; no machine can run.', fix: install }
  const evidence = found.join(', ')
  if (missing.length === 0)
    return { ...base, status: 'ok', finding: 'Emulators for every architecture are installed.', evidence }
  const finding = `Installed for ${found.length} architectures; not for ${missing.map(([name]) => name).join(', ')}.`
  return { ...base, status: 'advice', finding, evidence, fix: install }
}

function sandboxFinding({ bwrapPath }: HostFacts, sandbox: SandboxVerdict): HostFinding {
  const base = { id: 'sandbox', title: 'Sandbox (bubblewrap)' }
  if (bwrapPath === undefined)
    return {
      ...base,
      status: 'missing',
      finding: 'bubblewrap is not installed, and Petri runs nothing unsandboxed in silence.',
      fix: { text: 'Install it.', command: 'sudo apt install bubblewrap' },
    }
  if (sandbox.works)
    return { ...base, status: 'ok', finding: 'Every machine runs in a sandbox of its own, without your home folder.' }
  return {
    ...base,
    status: 'missing',
    finding: 'The sandbox does not start: this host forbids user namespaces to ordinary programs.',
    evidence: sandbox.evidence,
    fix: {
      text: 'Ubuntu 24.04 and later: install Petri’s package with its AppArmor profile, or allow user namespaces for all.',
      command: 'sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 kernel.unprivileged_userns_clone=1',
    },
  }
}

function imageToolFinding(hasQemuImg: boolean): HostFinding {
  const base = { id: 'qemu-img', title: 'Disk images (qemu-img)' }
  return hasQemuImg
    ? { ...base, status: 'ok', finding: 'Disks can be made.' }
    : {
        ...base,
        status: 'missing',
        finding: 'Disks cannot be made without qemu-img.',
        fix: { text: 'Install it.', command: 'sudo apt install qemu-utils' },
      }
}

function firmwareFinding({ firmwares }: HostFacts): HostFinding {
  const base = { id: 'uefi', title: 'UEFI firmware' }
  const found = [...new Set(firmwares.map((firmware) => firmware.architecture))]
  if (found.length === 0)
    return {
      ...base,
      status: 'advice',
      finding: 'None is installed: machines start with BIOS.',
      fix: { text: 'Install it for x86-64 and arm64.', command: 'sudo apt install ovmf qemu-efi-aarch64' },
    }
  const secure = firmwares.some((firmware) => firmware.secureBoot) ? ', with Secure Boot' : ''
  return { ...base, status: 'ok', finding: `Installed for ${found.join(', ')}${secure}.` }
}

function tpmFinding({ swtpmPath }: HostFacts): HostFinding {
  const base = { id: 'tpm', title: 'TPM 2.0 (swtpm)' }
  return swtpmPath === undefined
    ? {
        ...base,
        status: 'advice',
        finding: 'Machines cannot have a TPM.',
        fix: { text: 'Needed by Windows 11, for one.', command: 'sudo apt install swtpm swtpm-tools' },
      }
    : { ...base, status: 'ok', finding: 'Machines can have a TPM of their own.' }
}

function ptyFinding(hasPty: boolean): HostFinding {
  const base = { id: 'pty', title: 'Terminals for programs (node-pty)' }
  return hasPty
    ? { ...base, status: 'ok', finding: 'Throwaway runs work.' }
    : {
        ...base,
        status: 'advice',
        finding: 'Throwaway runs do not work: the module was not built for this Node.',
        fix: {
          text: 'Build it; serial consoles work without.',
          command: 'sudo apt install python3 make g++ && npm rebuild node-pty --ignore-scripts=false',
        },
      }
}

function spaceFinding(freeBytes: number, dataFolder: string): HostFinding {
  const freeGiB = freeBytes / 1024 ** 3
  const finding = `${freeGiB.toFixed(1)} GiB are free where machines are kept.`
  const base = { id: 'space', title: 'Disk space', finding, evidence: dataFolder }
  return freeGiB >= 5
    ? { ...base, status: 'ok' }
    : {
        ...base,
        status: 'advice',
        fix: {
          text: 'A machine stops with an I/O error when the disk is full. See what takes the space.',
          command: `du -sh ${dataFolder}/* | sort -h`,
        },
      }
}

function memoryFinding({ memoryMiB, cpus }: HostFacts): HostFinding {
  const finding = `${(memoryMiB / 1024).toFixed(1)} GiB of memory and ${cpus} processors.`
  const base = { id: 'memory', title: 'Memory and processors', finding }
  return memoryMiB >= 2048
    ? { ...base, status: 'ok' }
    : { ...base, status: 'advice', fix: { text: 'Keep machines small: 256 MiB is enough for the Starter.' } }
}
