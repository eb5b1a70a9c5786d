import { RefusedError } from '../refused-error.ts'

/**
 * Takes a machine for one action, for as long as it lasts; whatever a crash left unfinished is settled first.
 * Throws RefusedError while another action is under way. The result gives the machine back, however often it is called.
 */
export type Hold = (id: string, what: string) => Promise<() => void>

/** One action at a time on one machine. `what` stands in "Petri is ... NAME": `starting`. */
export function createHolds(options: {
  readonly nameOf: (id: string) => string
  readonly settle: (id: string) => Promise<void>
}): Hold {
  const held = new Map<string, string>()
  return async (id, what) => {
    const other = held.get(id)
    if (other !== undefined)
      throw new RefusedError({
        code: 'conflict',
        title: `Petri is ${other} ${options.nameOf(id)} at this moment`,
        cure: { text: 'Wait until that is done.' },
      })
    held.set(id, what)
    let isHeld = true
    const release = () => {
      if (isHeld) held.delete(id)
      isHeld = false
    }
    try {
      await options.settle(id)
      return release
    } catch (error) {
      release()
      throw error
    }
  }
}
