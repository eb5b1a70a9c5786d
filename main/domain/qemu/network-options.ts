import type { Network, PortForward } from '#contract/vm-spec'

import type { VmDecisions } from '../vm/vm-decisions.ts'
import { bootIndexes } from './boot-index.ts'
import { deriveMac } from './derive-mac.ts'
import { nodeName } from './node-name.ts'
import { jsonOption, keyedOption, type QemuOption } from './qemu-option.ts'

/** Each network card and what its cable leads to. */
export function networkOptions(decisions: VmDecisions): readonly QemuOption[] {
  const { profile, spec } = decisions
  const bootIndex = bootIndexes(spec)
  return spec.networks.flatMap((network, index) => [
    backendOption(decisions, network, index),
    jsonOption(
      '-device',
      {
        driver: networkDriver(network, profile.virtio),
        id: nodeName('net', network.id),
        netdev: backendId(network),
        mac: network.mac ?? deriveMac(spec.uuid, network.id),
        ...(network.model === 'usb-net' ? { bus: 'usb.0' } : {}),
        bootindex: bootIndex('network', network.id),
        romfile: hasNeedlessRom(decisions, network) ? '' : undefined,
      },
      cardExplanation(network),
    ),
  ])
}

function backendId(network: Network): string {
  return `${nodeName('net', network.id)}-link`
}

function backendOption({ emulator }: VmDecisions, network: Network, index: number): QemuOption {
  const id = backendId(network)
  const { backend } = network
  if (backend.kind === 'none') {
    return jsonOrKeyed(emulator.version, { type: 'hubport', id, hubid: index }, `hubport,id=${id},hubid=${index}`, {
      explanation: 'A socket in the wall that leads nowhere: the card has no network.',
    })
  }
  const forwards = backend.forwards.map(forwardText)
  const restrict = backend.restrict
  return jsonOrKeyed(
    emulator.version,
    {
      type: 'user',
      id,
      ...(restrict ? { restrict } : {}),
      ...(forwards.length > 0 ? { hostfwd: forwards.map((str) => ({ str })) } : {}),
    },
    ['user', `id=${id}`, ...(restrict ? ['restrict=on'] : []), ...forwards.map((forward) => `hostfwd=${forward}`)].join(
      ',',
    ),
    { explanation: userExplanation(restrict, forwards.length) },
  )
}

/** JSON for `-netdev` is understood since QEMU 7.2. The older form holds ids, numbers and addresses only, no free text. */
function jsonOrKeyed(
  [major, minor]: readonly [number, number, number],
  value: Parameters<typeof jsonOption>[1],
  keyed: string,
  { explanation }: { readonly explanation: string },
): QemuOption {
  return major > 7 || (major === 7 && minor >= 2)
    ? jsonOption('-netdev', value, explanation)
    : keyedOption('-netdev', keyed, {}, explanation)
}

/** The address is always written: without one QEMU listens on every interface of the host. */
function forwardText({ protocol, hostAddress, hostPort, guestPort }: PortForward): string {
  return `${protocol}:${hostAddress}:${hostPort}-:${guestPort}`
}

function networkDriver(network: Network, virtio: 'pci' | 'ccw' | 'device'): string {
  return network.model === 'virtio' ? `virtio-net-${virtio}` : network.model
}

/**
 * Whether the card would bring code for booting from the network that nothing asks for: loading it costs time at each
 * start. Only cards on PCI have such a ROM.
 */
function hasNeedlessRom({ profile, spec }: VmDecisions, network: Network): boolean {
  const bootsFromIt = !spec.kernel && spec.boot.order.includes('network') && network.backend.kind === 'user'
  return !bootsFromIt && profile.virtio === 'pci' && network.model !== 'usb-net'
}

function userExplanation(restrict: boolean, forwards: number): string {
  const reach = restrict
    ? 'The guest reaches neither this host nor the outside.'
    : 'The guest reaches the outside through this host, as a program of this user would; nobody reaches the guest.'
  const open = forwards > 0 ? ` Each hostfwd opens one port of this host that leads to a port of the guest.` : ''
  return `User networking: QEMU itself is router, DHCP and DNS server, without any right of root. ${reach}${open}`
}

function cardExplanation(network: Network): string {
  return network.model === 'virtio'
    ? 'A network card made for virtual machines, fast; the guest needs its driver.'
    : `A network card as real ones were: ${network.model}. Slower than virtio, and known to systems without its driver.`
}
