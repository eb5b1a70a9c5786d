import { type VmEntry } from '#contract/vm-state'

import { callApi } from './call-api.ts'
import { type PetriSession } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { safeText } from './safe-text.ts'

/** The machine meant by what a person typed, from the owner's library. Throws `CliFailure`. */
export async function findMachine(session: PetriSession, wanted: string, signal: AbortSignal): Promise<VmEntry> {
  return chooseMachine(await callApi(session, 'vm.list', {}, signal), wanted)
}

/**
 * An exact id, else an exact name that only one machine has, else such a name in other letter case.
 * Beginnings of names are not accepted: a script that means `web` must not one day delete `web-old`.
 */
export function chooseMachine(entries: readonly VmEntry[], wanted: string): VmEntry {
  const byId = entries.find((entry) => entry.id === wanted)
  if (byId !== undefined) return byId
  const exact = entries.filter((entry) => entry.name === wanted)
  const named = exact.length > 0 ? exact : entries.filter((entry) => sameLetters(entry.name, wanted))
  const [first, ...others] = named
  if (first === undefined) throw notFound(entries, wanted)
  if (others.length > 0) {
    throw new CliFailure({
      code: 'bad-request',
      title: `${named.length} machines are called "${safeText(wanted)}"`,
      cause: `They are: ${named.map((entry) => entry.id).join(', ')}`,
      cure: { text: 'Give the id instead of the name.' },
    })
  }
  return first
}

function notFound(entries: readonly VmEntry[], wanted: string): CliFailure {
  const near = entries.filter((entry) => entry.name.toLowerCase().includes(wanted.toLowerCase())).slice(0, 5)
  return new CliFailure({
    code: 'not-found',
    title: `There is no machine called "${safeText(wanted)}"`,
    ...(near.length === 0 || wanted === ''
      ? {}
      : { cause: `Near it are: ${near.map((entry) => `"${safeText(entry.name)}"`).join(', ')}` }),
    cure: { text: 'See which there are:', command: 'petri list' },
  })
}

const sameLetters = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase()
