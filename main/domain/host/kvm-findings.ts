import type { HostFinding } from '#contract/host'
import type { HostFacts } from '../vm/host-facts.ts'
import type { HostDetails } from './host-details.ts'

/** Hypervisors that take the processor's virtualization for themselves, by kernel module. */
const otherHypervisors: Readonly<Record<string, string>> = {
  vboxdrv: 'VirtualBox',
  vmmon: 'VMware Workstation',
  xen_privcmd: 'Xen',
  mshv: 'Microsoft Hypervisor',
}

/** What is known about hardware virtualization: whether guests run under KVM, who else uses it, and nesting. */
export function kvmFindings(facts: HostFacts, details: HostDetails): readonly HostFinding[] {
  return [kvmFinding(facts, details), ...otherHypervisorFindings(details), nestedFinding(facts, details)]
}

function kvmFinding({ kvm }: HostFacts, details: HostDetails): HostFinding {
  const evidence = [kvm.reason, ...deviceEvidence(details)].join('\n')
  const base = { id: 'kvm', title: 'Hardware virtualization (KVM)', evidence }
  if (kvm.usable)
    return { ...base, status: 'ok', finding: 'Machines of this host’s architecture run at full speed under KVM.' }
  const slow = 'Machines are emulated (TCG): everything works, several times slower.'
  return { ...base, status: 'advice', finding: `${kvmWords(details)} ${slow}`, fix: kvmFix(details) }
}

function kvmWords({ kvmDevice }: HostDetails): string {
  if (kvmDevice === undefined) return 'KVM is not there.'
  return kvmDevice.openable ? 'KVM is present but does not work.' : 'KVM is present but may not be used by you.'
}

function deviceEvidence({ kvmDevice, modules, cpuFlags, cpuName }: HostDetails): readonly string[] {
  const kvmModules = modules.filter((name) => name.startsWith('kvm'))
  const wanted = cpuFlags.filter((flag) => flag !== 'hypervisor')
  return [
    kvmDevice === undefined
      ? '/dev/kvm: not there'
      : `/dev/kvm: mode ${kvmDevice.mode}, group ${kvmDevice.group}, ${kvmDevice.openable ? 'opens' : 'does not open'}`,
    `kernel modules: ${kvmModules.length === 0 ? 'no kvm module' : kvmModules.join(', ')}${
      kvmModules.some((name) => name === 'kvm_intel' || name === 'kvm_amd') ? '' : ' (neither kvm_intel nor kvm_amd)'
    }`,
    `processor: ${cpuName ?? 'unknown'}; ${wanted.length === 0 ? 'neither vmx nor svm' : wanted.join(', ')} in its flags`,
    ...(cpuFlags.includes('hypervisor') ? ['this computer is itself a virtual machine'] : []),
  ]
}

function kvmFix(details: HostDetails): NonNullable<HostFinding['fix']> {
  const { kvmDevice, cpuFlags } = details
  if (kvmDevice !== undefined && !kvmDevice.openable) return accessFix(kvmDevice)
  if (cpuFlags.includes('hypervisor') && !cpuFlags.some((flag) => flag === 'vmx' || flag === 'svm'))
    return {
      text: 'Switch on nested virtualization for this virtual computer on the host above it; here, see what the kernel says.',
      command: 'sudo dmesg | grep -i kvm',
    }
  if (kvmDevice === undefined)
    return {
      text: 'Switch virtualization on in the firmware setup (VT-x, AMD-V, SVM), then load the module.',
      command: 'sudo modprobe kvm_intel || sudo modprobe kvm_amd',
    }
  return {
    text: 'Look whether virtualization is switched off in the firmware setup or taken by another hypervisor.',
    command: 'sudo dmesg | grep -iE "kvm|vmx|svm"',
  }
}

function accessFix({ group, mode }: NonNullable<HostDetails['kvmDevice']>): NonNullable<HostFinding['fix']> {
  // The group's digit of the mode; and nobody should join root's group for this.
  if (group !== 'root' && /^0?.[67].$/.test(mode))
    return { text: 'Join the group that may open it, then log in again.', command: `sudo usermod -aG ${group} "$USER"` }
  return {
    text: 'No group may open it. Give it to the group kvm, as distributions do, join that group, and log in again.',
    command: 'sudo chown root:kvm /dev/kvm && sudo chmod 0660 /dev/kvm && sudo usermod -aG kvm "$USER"',
  }
}

function otherHypervisorFindings({ modules }: HostDetails): readonly HostFinding[] {
  const others = modules.filter((name) => name in otherHypervisors)
  if (others.length === 0) return []
  const names = others.map((name) => otherHypervisors[name] ?? name).join(', ')
  return [
    {
      id: 'other-hypervisor',
      title: 'Another hypervisor',
      status: 'advice',
      finding: `${names} is loaded. While one of its machines runs, KVM may be refused.`,
      evidence: `kernel modules: ${others.join(', ')}`,
      fix: {
        text: 'Shut its machines down before KVM is used, or unload its module.',
        command: `sudo modprobe -r ${others.join(' ')}`,
      },
    },
  ]
}

function nestedFinding({ kvm, architecture }: HostFacts, { nested, modules }: HostDetails): HostFinding {
  const base = { id: 'nested', title: 'Nested virtualization' }
  if (!kvm.usable)
    return {
      ...base,
      status: 'ok',
      finding: 'Of no use without KVM: guests that run machines themselves are emulated too.',
    }
  if (architecture !== 'x86_64' || nested === undefined)
    return { ...base, status: 'ok', finding: 'This host does not say whether guests can run machines with KVM.' }
  if (nested === 'Y' || nested === '1')
    return {
      ...base,
      status: 'ok',
      finding: 'Guests can run machines of their own with KVM.',
      evidence: `nested=${nested}`,
    }
  const module = modules.includes('kvm_amd') ? 'kvm_amd' : 'kvm_intel'
  return {
    ...base,
    status: 'advice',
    finding: 'Guests cannot run machines of their own with KVM.',
    evidence: `nested=${nested}`,
    fix: {
      text: 'Switch it on, then load the module again while no machine runs.',
      command: `echo "options ${module} nested=1" | sudo tee /etc/modprobe.d/kvm-nested.conf`,
    },
  }
}
