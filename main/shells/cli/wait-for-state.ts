import { type VmEntry } from '#contract/vm-state'

import { callApi } from './call-api.ts'
import { type PetriSession } from './cli-context.ts'
import { cancelledFailure, CliFailure } from './cli-failure.ts'

interface Wait {
  readonly signal: AbortSignal
  /** Undefined: as long as it takes. */
  readonly timeoutMs?: number
  /** True for the state that is waited for; may throw `CliFailure` for one after which waiting is pointless. */
  readonly until: (entry: VmEntry) => boolean
}

/**
 * Follows a machine's events until its state is the wanted one, beginning with the state it has now.
 * Throws `CliFailure`: cancelled, not-answering after the time limit, not-found when it is removed, unavailable when the
 * owner is gone.
 */
export async function waitForState(session: PetriSession, id: string, wait: Wait): Promise<VmEntry> {
  const { signal, timeoutMs, until } = wait
  let endSubscription = (): void => undefined
  let timer: NodeJS.Timeout | undefined
  let onAbort = (): void => undefined
  try {
    return await new Promise<VmEntry>((resolve, reject) => {
      const fail = (error: unknown): void => reject(error instanceof Error ? error : new Error(String(error)))
      const look = (entry: VmEntry): void => {
        try {
          if (until(entry)) resolve(entry)
        } catch (error) {
          fail(error)
        }
      }
      onAbort = () => fail(new CliFailure(cancelledFailure))
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) onAbort()
      if (timeoutMs !== undefined) timer = setTimeout(() => fail(tooSlow(timeoutMs)), timeoutMs)
      session.lost.then(() => fail(ownerGone()), fail)
      // Subscribed before the look at the present state, so that no change can fall between the two.
      endSubscription = session.app.subscribe((event) => {
        if (event.kind === 'vm.changed' && event.entry.id === id) look(event.entry)
        if (event.kind === 'vm.removed' && event.id === id) fail(removed())
      })
      callApi(session, 'vm.show', { id }, signal).then((detail) => look(detail.entry), fail)
    })
  } finally {
    endSubscription()
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

const tooSlow = (timeoutMs: number): CliFailure =>
  new CliFailure({
    code: 'not-answering',
    title: `The machine did not get there within ${timeoutMs / 1000} s`,
    cure: { text: 'It may still do so. See its state:', command: 'petri list' },
  })

const ownerGone = (): CliFailure =>
  new CliFailure({
    code: 'unavailable',
    title: 'The Petri that runs the machines has ended',
    cause: 'The machine itself runs on.',
    cure: { text: 'Look at its state:', command: 'petri list' },
  })

const removed = (): CliFailure =>
  new CliFailure({ code: 'not-found', title: 'The machine was deleted while Petri waited for it' })
