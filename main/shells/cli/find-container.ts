import { type ContainerEntry } from '#contract/container'

import { callApi } from './call-api.ts'
import { type PetriSession } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { safeText } from './safe-text.ts'

/** The container meant by an id or an exact name. Throws `CliFailure`. */
export async function findContainer(
  session: PetriSession,
  wanted: string,
  signal: AbortSignal,
): Promise<ContainerEntry> {
  const entries = await callApi(session, 'container.list', {}, signal)
  const found = entries.find(({ id }) => id === wanted) ?? entries.find(({ name }) => name === wanted)
  if (found !== undefined) return found
  throw new CliFailure({
    code: 'not-found',
    title: `There is no container called "${safeText(wanted)}"`,
    cure: { text: 'See which there are:', command: 'petri container list' },
  })
}
