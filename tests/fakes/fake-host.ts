import type { HostFinding, HostReport } from '#contract/host'

const ready: readonly HostFinding[] = [
  {
    id: 'qemu-x86_64',
    title: 'QEMU for x86-64',
    status: 'ok',
    finding: 'Version 7.2.22 is installed.',
    evidence: '/usr/bin/qemu-system-x86_64',
  },
  { id: 'bwrap', title: 'Sandbox', status: 'ok', finding: 'bubblewrap 0.8.0 works without root.' },
  { id: 'disk', title: 'Room for machines', status: 'ok', finding: '182 GiB are free where machines are kept.' },
]

const wanting: readonly HostFinding[] = [
  {
    id: 'qemu-riscv64',
    title: 'QEMU for riscv64 is not installed',
    status: 'missing',
    finding: 'Machines of this architecture cannot be started.',
    evidence: 'qemu-system-riscv64: not found in /usr/local/bin:/usr/bin:/bin',
    fix: { text: 'Install it:', command: 'sudo apt install qemu-system-misc' },
  },
  {
    id: 'kvm',
    title: 'KVM opens and does not work',
    status: 'advice',
    finding: 'A test guest printed nothing within 6 seconds, so machines are emulated. They run, more slowly.',
    evidence: '/dev/kvm: KVM_GET_API_VERSION 12; neither kvm_intel nor kvm_amd is loaded',
    fix: { text: 'If this computer is itself a virtual machine, switch on nested virtualization on its host.' },
  },
]

export function fakeHostReport(isReady: boolean): HostReport {
  return { checkedAt: new Date().toISOString(), findings: isReady ? [...ready] : [...wanting, ...ready] }
}
