import type { HostFinding } from '#contract/host'
import type { HostDetails } from './host-details.ts'

/** Ids that a container's root file system needs: 0 to 65535. */
const NEEDED_IDS = 65_536

/** What containers without root need of this host: namespaces, ids, and ways to run foreign programs. */
export function containerFindings(details: HostDetails): readonly HostFinding[] {
  return [namespaceFinding(details), subIdFinding(details), binfmtFinding(details)]
}

function namespaceFinding({ userNamespaces }: HostDetails): HostFinding {
  const { failure, max, clone, appArmor } = userNamespaces
  const evidence = [
    ...(failure === undefined ? [] : [failure]),
    ...(max === undefined ? [] : [`user.max_user_namespaces=${max}`]),
    ...(clone === undefined ? [] : [`kernel.unprivileged_userns_clone=${clone}`]),
    ...(appArmor === undefined ? [] : [`kernel.apparmor_restrict_unprivileged_userns=${appArmor}`]),
  ].join('\n')
  const base = { id: 'userns', title: 'User namespaces', ...(evidence === '' ? {} : { evidence }) }
  if (failure === undefined)
    return { ...base, status: 'ok', finding: 'Ordinary users can make them: containers and lab networks need no root.' }
  const settings = [
    ...(max === '0' ? ['user.max_user_namespaces=28633'] : []),
    ...(clone === '0' ? ['kernel.unprivileged_userns_clone=1'] : []),
    ...(appArmor === '1' ? ['kernel.apparmor_restrict_unprivileged_userns=0'] : []),
  ]
  return {
    ...base,
    status: 'missing',
    finding: 'Ordinary users cannot make them here: no containers, no lab networks, no sandbox.',
    fix:
      settings.length === 0
        ? { text: 'Inside another container, it has to be started with user namespaces allowed.' }
        : { text: 'Allow them.', command: `sudo sysctl ${settings.join(' ')}` },
  }
}

function subIdFinding({ user, subUids, subGids, hasIdMapTools }: HostDetails): HostFinding {
  const base = { id: 'subuid', title: 'Ids for containers (subuid)' }
  const enough = (ranges: HostDetails['subUids']) => ranges.some(({ count }) => count >= NEEDED_IDS)
  const words = (file: string, ranges: HostDetails['subUids']) =>
    `${file}: ${ranges.map(({ first, count }) => `${count} from ${first}`).join(', ') || `nothing for ${user}`}`
  const evidence = `${words('/etc/subuid', subUids)}\n${words('/etc/subgid', subGids)}`
  if (!hasIdMapTools)
    return {
      ...base,
      status: 'advice',
      finding: 'newuidmap is not installed: containers could have one user only.',
      evidence,
      fix: { text: 'Install it.', command: 'sudo apt install uidmap' },
    }
  if (enough(subUids) && enough(subGids))
    return { ...base, status: 'ok', finding: 'You may map enough ids for whole containers.', evidence }
  return {
    ...base,
    status: 'advice',
    finding: 'You may not map the 65,536 ids that a container’s users need.',
    evidence,
    fix: {
      text: 'Reserve a range; choose another if somebody has it.',
      command: `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user}`,
    },
  }
}

function binfmtFinding({ binfmt, userEmulators, kernelRelease }: HostDetails): HostFinding {
  const base = { id: 'binfmt', title: 'Programs of other architectures (binfmt)' }
  const foreign = binfmt?.filter((name) => name.startsWith('qemu-')) ?? []
  const evidence = [
    `kernel ${kernelRelease}`,
    binfmt === undefined ? 'binfmt_misc is not mounted' : `registered: ${foreign.join(', ') || 'nothing of QEMU'}`,
    `emulators: ${userEmulators.join(', ') || 'none'}`,
  ].join('\n')
  if (userEmulators.length === 0)
    return {
      ...base,
      status: 'advice',
      finding: 'No emulator for single programs is installed: containers of other architectures cannot run.',
      evidence,
      fix: { text: 'Install it.', command: 'sudo apt install qemu-user-static' },
    }
  if (isAtLeast(kernelRelease, 6, 7))
    return { ...base, status: 'ok', finding: 'Each container registers its emulator for itself alone.', evidence }
  if (foreign.length > 0)
    return { ...base, status: 'ok', finding: 'This host runs programs of other architectures.', evidence }
  return {
    ...base,
    status: 'advice',
    finding: 'This kernel has one table for all, and nothing of QEMU is in it: foreign containers start by name only.',
    evidence,
    fix: { text: 'Register the emulators.', command: 'sudo apt install binfmt-support qemu-user-static' },
  }
}

/** Kernels from 6.7 on give every user namespace a binfmt_misc of its own. */
function isAtLeast(release: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = release.split('.').map((part) => Number.parseInt(part, 10))
  return first > major || (first === major && second >= minor)
}
