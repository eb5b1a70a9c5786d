import { RefusedError } from '../../refused-error.ts'
import type { VmContext } from '../vm-context.ts'
import type { VmSession } from '../vm-session.ts'

/** The running machine, which has a screen. Throws RefusedError with what to do where it has none. */
export function runningScreen(context: VmContext, id: string): VmSession {
  const spec = context.library.spec(id)
  if (spec.display.kind === 'none')
    throw new RefusedError({
      code: 'conflict',
      title: `${spec.name} has no screen`,
      evidence: 'display: none',
      cause: 'It was made without a graphics card.',
      cure: { text: 'Shut it down and give it one.', command: `petri set ${id} display.kind=vnc display.device=std` },
    })
  const session = context.sessions.get(id)
  if (session) return session
  throw new RefusedError({
    code: 'conflict',
    title: `${spec.name} is not running`,
    cause: 'The screen of a machine that is off shows nothing.',
    cure: { text: 'Start it first.', command: `petri start ${id}` },
  })
}
