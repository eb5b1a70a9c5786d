import type { VmSpec } from '#contract/vm-spec'
import type { GuestAddress } from '#contract/vm-stats'

import { backendId } from '../../qemu/network-options.ts'
import type { UsernetRow } from '../../qemu/parse-usernet.ts'

/** What QEMU's user networking hands to the first who asks; it serves one guest. */
const OFFERED = '10.0.2.15'
/** The router, the name server and the like of that network. */
const ITS_OWN = /^10\.0\.2\.[0-4]$/
const OF_ITS_NET = /^10\.0\.2\.\d+$/

/** Addresses of a guest on its cards with user networking: what its traffic shows, else what the network offers. */
export function guestAddresses(spec: VmSpec, rows: readonly UsernetRow[]): readonly GuestAddress[] {
  return spec.networks.flatMap((network): readonly GuestAddress[] => {
    if (network.backend.kind !== 'user') return []
    const seen = new Set(
      rows
        .filter(({ netdev, state }) => netdev === backendId(network) && state !== 'HOST_FORWARD')
        .flatMap(({ sourceAddress, targetAddress }) => [sourceAddress, targetAddress])
        .filter((address) => OF_ITS_NET.test(address) && !ITS_OWN.test(address)),
    )
    return seen.size === 0
      ? [{ network: network.id, address: OFFERED, source: 'offered' }]
      : [...seen].map((address) => ({ network: network.id, address, source: 'seen' }))
  })
}
