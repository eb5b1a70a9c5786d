import type { LiveForward } from '#contract/live-calls'
import type { VmContext } from '../vm-context.ts'
import { isForwardOpen, usernetRows } from './live-forwards.ts'

/** Every port forward of a machine; of a running one with what QEMU says of it now. */
export async function listForwards(context: VmContext, id: string): Promise<readonly LiveForward[]> {
  const { networks } = context.library.spec(id)
  const session = context.sessions.get(id)
  const hasForwards = networks.some(({ backend }) => backend.kind === 'user' && backend.forwards.length > 0)
  const rows = session && hasForwards ? await usernetRows(session) : []
  return networks.flatMap((network) => {
    if (network.backend.kind !== 'user') return []
    return network.backend.forwards.map((forward) => ({
      ...forward,
      network: network.id,
      state: session ? (isForwardOpen(rows, network, forward) ? 'open' : 'closed') : 'waiting',
    }))
  })
}
