import { runtimeSandboxFolder, scratchSandboxFolder } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import type { SandboxMount } from '../vm/vm-plan.ts'
import type { QemuOption } from './qemu-option.ts'

/**
 * bwrap and its options, up to the `--` before the emulator. What is not named here does not exist for QEMU: no home,
 * no other machine's files, no /etc but two files.
 */
export function sandboxArgv(
  decisions: VmDecisions,
  mounts: readonly SandboxMount[],
  shareNetwork: boolean,
): readonly QemuOption[] {
  const { bwrapPath, mode, rootLinks } = decisions
  return [
    {
      args: [bwrapPath],
      explanation:
        'bubblewrap puts QEMU into namespaces of its own, so that a guest that breaks out of QEMU finds nothing of this user. It needs no right of root.',
    },
    ...namespaceOptions(mode.kind === 'throwaway', shareNetwork),
    ...systemOptions(rootLinks, shareNetwork),
    ...mounts.map(mountOption),
    {
      args: ['--chdir', mode.kind === 'service' ? runtimeSandboxFolder : scratchSandboxFolder],
      explanation: 'The working folder of QEMU.',
    },
    {
      args: ['--clearenv'],
      explanation: "Passes on nothing of this user's environment, where tokens and passwords are often kept.",
    },
    { args: ['--setenv', 'PATH', '/usr/bin'], explanation: 'The one variable that QEMU gets.' },
    { args: ['--'], explanation: "Ends the sandbox's own options; what follows runs inside." },
  ]
}

function namespaceOptions(isThrowaway: boolean, shareNetwork: boolean): readonly QemuOption[] {
  return [
    {
      args: ['--unshare-user-try', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
      explanation:
        "QEMU sees no other process of this host, shares no memory with them and does not know the host's name.",
    },
    ...(shareNetwork
      ? []
      : [
          {
            args: ['--unshare-net'],
            explanation: 'No network at all, as no card of this machine leads anywhere.',
          },
        ]),
    { args: ['--as-pid-1'], explanation: 'Runs QEMU without a helper process beside it.' },
    { args: ['--cap-drop', 'ALL'], explanation: 'No special rights, not even inside the sandbox.' },
    isThrowaway
      ? {
          args: ['--die-with-parent'],
          explanation: 'A throwaway run ends with the terminal it runs in.',
        }
      : {
          args: ['--new-session'],
          explanation: 'Cuts QEMU off from any terminal: it can neither type into one nor end with it.',
        },
  ]
}

function systemOptions(rootLinks: Readonly<Record<string, string>>, shareNetwork: boolean): readonly QemuOption[] {
  return [
    { args: ['--ro-bind', '/usr', '/usr'], explanation: "The system's programs and libraries, read-only." },
    ...['/bin', '/lib', '/lib32', '/lib64', '/libx32', '/sbin'].map((folder) =>
      rootFolderOption(folder, rootLinks[folder]),
    ),
    {
      args: ['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
      explanation: 'Where libraries are; QEMU starts without it too, more slowly.',
    },
    ...(shareNetwork
      ? [
          {
            args: ['--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf'],
            explanation: "The host's DNS servers, which user networking passes the guest's questions to.",
          },
        ]
      : []),
    { args: ['--proc', '/proc'], explanation: 'Process information, of the sandbox alone.' },
    { args: ['--dev', '/dev'], explanation: 'null, zero, random and a terminal, and no device of the host.' },
    { args: ['--tmpfs', '/tmp'], explanation: 'An empty folder for temporary files, in memory.' },
  ]
}

/** Distributions either link these folders into /usr or keep them beside it. */
function rootFolderOption(folder: string, target: string | undefined): QemuOption {
  return target === undefined
    ? { args: ['--ro-bind-try', folder, folder], explanation: 'A system folder, read-only, when the host has it.' }
    : { args: ['--symlink', target, folder], explanation: 'The same link as on this host.' }
}

function mountOption({ hostPath, mode, sandboxPath }: SandboxMount): QemuOption {
  switch (mode) {
    case 'device':
      return {
        args: ['--dev-bind', hostPath, sandboxPath],
        explanation: "The one device of the host that QEMU gets: the processor's virtualization.",
      }
    case 'read-only':
      return {
        args: ['--ro-bind', hostPath, sandboxPath],
        explanation: `A file of the machine that nothing inside can change, shown as ${sandboxPath}.`,
      }
    case 'read-write':
      return {
        args: ['--bind', hostPath, sandboxPath],
        explanation: `A file or folder of the machine, writable, shown as ${sandboxPath}; the rest of its folder stays hidden.`,
      }
  }
}
