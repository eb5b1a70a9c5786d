import type { Problem } from '#contract/problem'
import type { PortForward, VmSpec } from '#contract/vm-spec'

import type { VmFacts } from '../host-facts.ts'
import { error, warning } from './make-problem.ts'

/** Ports below this one are the system's on Linux unless its administrator said otherwise. */
const firstFreePort = 1024

interface FieldForward extends PortForward {
  readonly field: string
}

/** Forwards that cannot be opened, or that open more than a person may think. */
export function portProblems(spec: VmSpec, { portHolders }: VmFacts): readonly Problem[] {
  const forwards = spec.networks.flatMap(({ backend }, network) =>
    backend.kind === 'user'
      ? backend.forwards.map((forward, index) => ({
          ...forward,
          field: `networks[${network}].backend.forwards[${index}]`,
        }))
      : [],
  )
  return forwards.flatMap((forward, index) => [
    ...takenProblems(forward, forwards.slice(0, index), portHolders),
    ...reachProblems(forward),
  ])
}

function takenProblems(
  forward: FieldForward,
  earlier: readonly FieldForward[],
  portHolders: VmFacts['portHolders'],
): readonly Problem[] {
  const field = `${forward.field}.hostPort`
  const port = `${forward.protocol}:${forward.hostPort}`
  const twin = earlier.find((other) => clash(other, forward))
  if (twin) {
    return [
      error(field, 'port-twice', `Port ${port} is forwarded by ${twin.field} already.`, 'Choose another host port.'),
    ]
  }
  const holder = portHolders[port]
  if (holder === undefined) return []
  return [
    error(
      field,
      'port-taken',
      `Port ${port} of this host is taken by ${holder}.`,
      'Stop that, or choose another host port.',
    ),
  ]
}

function clash(a: PortForward, b: PortForward): boolean {
  const isSamePlace = a.hostAddress === b.hostAddress || a.hostAddress === '0.0.0.0' || b.hostAddress === '0.0.0.0'
  return a.protocol === b.protocol && a.hostPort === b.hostPort && isSamePlace
}

function reachProblems({ field, hostAddress, hostPort }: FieldForward): readonly Problem[] {
  return [
    ...(hostAddress.startsWith('127.')
      ? []
      : [
          warning(
            `${field}.hostAddress`,
            'port-reachable',
            `Port ${hostPort} can be reached from the network of this host (${hostAddress}), not from this host alone.`,
            'Use 127.0.0.1 unless others are meant to connect.',
          ),
        ]),
    ...(hostPort < firstFreePort
      ? [
          warning(
            `${field}.hostPort`,
            'port-privileged',
            `Port ${hostPort} is below ${firstFreePort}, which ordinary users may not open on most hosts.`,
            `Choose a port from ${firstFreePort} on.`,
          ),
        ]
      : []),
  ]
}
