import type { Network, PortForward } from '#contract/vm-spec'

import type { VmDecisions } from '../vm/vm-decisions.ts'
import { bootIndexes } from './boot-index.ts'
import { deriveMac } from './derive-mac.ts'
import { nodeName } from './node-name.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** Each network card and what its cable leads to. */
export function networkOptions(decisions: VmDecisions): readonly QemuOption[] {
  const { profile, spec } = decisions
  const bootIndex = bootIndexes(spec)
  return spec.networks.flatMap((network) => [
    ...backendOptions(decisions, network),
    jsonOption(
      '-device',
      {
        driver: networkDriver(network, profile.virtio),
        id: nodeName('net', network.id),
        netdev: network.backend.kind === 'none' ? undefined : backendId(network),
        mac: network.mac ?? deriveMac(spec.uuid, network.id),
        ...(network.model === 'usb-net' ? { bus: 'usb.0' } : {}),
        bootindex: bootIndex('network', network.id),
        romfile: hasNeedlessRom(decisions, network) ? '' : undefined,
      },
      cardExplanation(network),
    ),
  ])
}

export function backendId(network: Network): string {
  return `${nodeName('net', network.id)}-link`
}

/**
 * What the cable leads to; nothing for a card without one, about which QEMU warns that it has no peer.
 * JSON for `-netdev` is understood since QEMU 7.2. The older form holds ids, numbers and addresses only, no free text.
 */
function backendOptions({ emulator }: VmDecisions, network: Network): readonly QemuOption[] {
  const { backend } = network
  if (backend.kind === 'none') return []
  const id = backendId(network)
  const forwards = backend.forwards.map(forwardText)
  const { restrict } = backend
  const explanation = userExplanation(restrict, forwards.length)
  const [major, minor] = emulator.version
  if (major > 7 || (major === 7 && minor >= 2)) {
    const hostfwd = forwards.length > 0 ? forwards.map((str) => ({ str })) : undefined
    return [jsonOption('-netdev', { type: 'user', id, restrict: restrict ? true : undefined, hostfwd }, explanation)]
  }
  const values = [`id=${id}`, ...(restrict ? ['restrict=on'] : []), ...forwards.map((forward) => `hostfwd=${forward}`)]
  return [{ args: ['-netdev', ['user', ...values].join(',')], explanation }]
}

/** The address is always written: without one QEMU listens on every interface of the host. */
export function forwardText({ protocol, hostAddress, hostPort, guestPort }: PortForward): string {
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
  const cable = network.backend.kind === 'none' ? ' No cable is plugged in.' : ''
  return network.model === 'virtio'
    ? `A network card made for virtual machines, fast; the guest needs its driver.${cable}`
    : `A network card as real ones were: ${network.model}. Slower than virtio, and known to systems without its driver.${cable}`
}
