import {
  architectureLabels,
  type BinfmtRoute,
  type ContainerArchitecture,
  type ContainerSettings,
} from '#contract/container'
import type { Problem } from '#contract/problem'
import { error, warning } from '../vm/problems/make-problem.ts'
import { architectureFacts, runsNatively } from './architectures.ts'
import { takesArchitecture } from './binfmt-registration.ts'
import type { ContainerHost } from './container-host.ts'
import { isSecretFolder } from './secret-folders.ts'

/** What a container asks for, as far as the host has a say in it. */
export type ContainerWish = ContainerSettings & { readonly architecture: ContainerArchitecture }

export interface ContainerDecision {
  readonly problems: readonly Problem[]
  /** undefined: this host cannot run programs of that architecture. */
  readonly route: BinfmtRoute | undefined
  readonly network: 'none' | 'host' | 'nat'
}

/** Finds everything that is wrong with the wish at once, and chooses what the wish leaves open. */
export function decideContainer(wish: ContainerWish, host: ContainerHost): ContainerDecision {
  const route = chooseRoute(wish, host)
  const network = wish.network === 'auto' ? (host.natRefused === undefined ? 'nat' : 'host') : wish.network
  const problems = [
    ...hostProblems(host),
    ...routeProblems(wish, host, route),
    ...networkProblems(wish, host, network),
    ...mountProblems(wish, host),
    ...limitProblems(wish, host),
    ...(wish.init === 'image'
      ? [
          warning(
            'init',
            'image-init',
            'An image’s own init is experimental: systemd from version 253 on hangs as process 1 under emulation.',
            'Use the small init and start services by hand.',
          ),
        ]
      : []),
  ]
  return { problems, route, network }
}

function chooseRoute(wish: ContainerWish, host: ContainerHost): BinfmtRoute | undefined {
  if (runsNatively(host.architecture, wish.architecture) && wish.binfmt === 'auto') return 'native'
  const hasEmulator = host.emulators[wish.architecture] !== undefined
  const registered = host.registrations.some(
    (entry) => entry.flags.includes('F') && entry.interpreterThere && takesArchitecture(entry, wish.architecture),
  )
  const possible: Readonly<Record<'own' | 'system' | 'explicit', boolean>> = {
    own: hasEmulator && host.ownBinfmtRefused === undefined,
    system: registered,
    explicit: hasEmulator,
  }
  if (wish.binfmt !== 'auto') return possible[wish.binfmt] ? wish.binfmt : undefined
  return (['own', 'system', 'explicit'] as const).find((route) => possible[route])
}

function hostProblems(host: ContainerHost): readonly Problem[] {
  const problems: Problem[] = []
  if (host.missingPrograms.length > 0)
    problems.push(
      error(
        '',
        'programs-missing',
        `Containers need programs that are not installed: ${host.missingPrograms.join(', ')}.`,
        'sudo apt-get install -y lxc uidmap',
      ),
    )
  if (host.idMap === undefined)
    problems.push(
      error(
        '',
        'no-subordinate-ids',
        `${host.userName} has no range of user numbers to give to a container: /etc/subuid or /etc/subgid has no line for ${host.userName}.`,
        `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${host.userName}`,
      ),
    )
  if (host.namespacesForbidden !== undefined)
    problems.push(
      error(
        '',
        'user-namespaces-forbidden',
        `This system does not let ordinary users make user namespaces: ${host.namespacesForbidden}`,
        namespaceCure(host.namespacesForbidden),
      ),
    )
  return problems
}

function namespaceCure(why: string): string {
  if (why.includes('apparmor')) return 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'
  if (why.includes('unprivileged_userns_clone')) return 'sudo sysctl -w kernel.unprivileged_userns_clone=1'
  return 'sudo sysctl -w user.max_user_namespaces=15000'
}

function routeProblems(wish: ContainerWish, host: ContainerHost, route: BinfmtRoute | undefined): readonly Problem[] {
  const label = architectureLabels[wish.architecture]
  const { qemu } = architectureFacts[wish.architecture]
  if (route === 'explicit' && wish.binfmt === 'auto')
    return [
      warning(
        'binfmt',
        'explicit-emulator',
        `Only the command itself will be emulated, not the programs that it starts: ${host.ownBinfmtRefused ?? ''}`,
        'sudo apt-get install -y qemu-user-static binfmt-support',
      ),
    ]
  if (route !== undefined) return []
  if (host.emulators[wish.architecture] === undefined)
    return [
      error(
        'architecture',
        'emulator-missing',
        `There is no emulator for ${label} here: qemu-${qemu}-static is not installed.`,
        'sudo apt-get install -y qemu-user-static',
      ),
    ]
  if (wish.binfmt === 'own')
    return [
      error(
        'binfmt',
        'own-route-refused',
        `A container cannot register the emulator itself: ${host.ownBinfmtRefused ?? ''}`,
      ),
    ]
  return [
    error(
      'binfmt',
      'system-route-missing',
      `This host has no registration with flag F for ${label}.`,
      'sudo apt-get install -y qemu-user-static binfmt-support',
    ),
  ]
}

function networkProblems(
  wish: ContainerWish,
  host: ContainerHost,
  network: 'none' | 'host' | 'nat',
): readonly Problem[] {
  const problems: Problem[] = []
  if (wish.network === 'auto' && network === 'host')
    problems.push(
      warning(
        'network',
        'shares-host-network',
        `It will share this host’s network, its local services included, because ${host.natRefused ?? ''}`,
        'Choose no network where that is too much.',
      ),
    )
  if (wish.network === 'nat' && host.natRefused !== undefined)
    problems.push(error('network', 'nat-unavailable', `A network of its own has no way out here: ${host.natRefused}`))
  if (wish.ports.length > 0 && network !== 'nat')
    problems.push(
      network === 'host'
        ? warning('ports', 'ports-not-needed', 'It shares the host’s network: its ports are open there by themselves.')
        : error('ports', 'ports-without-network', 'Ports cannot be published without a network.', 'Choose NAT.'),
    )
  const seen = new Set<string>()
  for (const [index, { hostPort, protocol }] of wish.ports.entries()) {
    if (seen.has(`${protocol}/${hostPort}`))
      problems.push(error(`ports[${index}].hostPort`, 'port-twice', `Port ${hostPort} is published twice.`))
    seen.add(`${protocol}/${hostPort}`)
    if (hostPort < 1024)
      problems.push(
        error(
          `ports[${index}].hostPort`,
          'privileged-port',
          `Port ${hostPort} is for root only.`,
          `Use ${hostPort + 8000}.`,
        ),
      )
  }
  return problems
}

function mountProblems(wish: ContainerWish, host: ContainerHost): readonly Problem[] {
  return wish.mounts.flatMap(({ hostPath, containerPath }, index) => {
    const field = `mounts[${index}]`
    const problems: Problem[] = []
    if (!hostPath.startsWith('/'))
      problems.push(error(`${field}.hostPath`, 'not-absolute', `${hostPath} is not an absolute path.`))
    if (/[\n\r]/.test(hostPath)) problems.push(error(`${field}.hostPath`, 'line-break', 'A line break is in the path.'))
    if (/^\/+($|proc|sys|dev(\/\.petri)?)(\/|$)/.test(`${containerPath}/`.replace(/\/+$/, '/')))
      problems.push(
        error(
          `${field}.containerPath`,
          'kernel-folder',
          `${containerPath} is the kernel’s.`,
          'Use a folder such as /mnt/shared.',
        ),
      )
    if (isSecretFolder(hostPath, host.home) && !wish.secretsConfirmed)
      problems.push(
        error(
          `${field}.hostPath`,
          'secret-folder',
          `${hostPath} holds keys or passwords, or all your files: every program in the container could read them.`,
          'Mount a folder below it, or confirm that it is wanted.',
        ),
      )
    return problems
  })
}

function limitProblems({ limits }: ContainerWish, host: ContainerHost): readonly Problem[] {
  const wanted = limits.memoryMiB ?? limits.cpus ?? limits.pids
  if (wanted === undefined || host.limitsRefused === undefined) return []
  return [
    warning(
      'limits',
      'limits-not-in-force',
      `The limits will not be in force: ${host.limitsRefused}`,
      'Log in through systemd, on cgroup v2.',
    ),
  ]
}
