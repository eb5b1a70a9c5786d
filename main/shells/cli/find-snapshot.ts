import { type Snapshot } from '#contract/snapshot'

import { callApi } from './call-api.ts'
import { type PetriSession } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { safeText } from './safe-text.ts'

/** The snapshot meant by what a person typed: an id, or a name that only one has. Throws `CliFailure`. */
export async function findSnapshot(
  session: PetriSession,
  vmId: string,
  wanted: string,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { snapshots } = await callApi(session, 'snapshot.list', { id: vmId }, signal)
  return chooseSnapshot(snapshots, vmId, wanted)
}

export function chooseSnapshot(snapshots: readonly Snapshot[], vmId: string, wanted: string): Snapshot {
  const found = snapshots.filter(({ id, name }) => id === wanted || name === wanted)
  const [first] = found
  if (first !== undefined && found.length === 1) return first
  throw new CliFailure({
    code: found.length > 1 ? 'conflict' : 'not-found',
    title:
      found.length > 1
        ? `${found.length} snapshots are called "${safeText(wanted)}"`
        : `There is no snapshot called "${safeText(wanted)}"`,
    ...(found.length > 1 && {
      evidence: found.map(({ id }) => id).join(', '),
      cause: 'Give the id of the one you mean.',
    }),
    cure: { text: 'See which there are:', command: `petri snapshot list ${vmId}` },
  })
}
