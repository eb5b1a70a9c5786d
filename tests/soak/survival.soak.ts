import { setTimeout as delay } from 'node:timers/promises'

import { expect, it } from 'vitest'

import { type PetriOwner, startOwner } from '../support/petri-owner.ts'
import { talk } from '../support/serial-talk.ts'
import { startStarters } from '../support/start-starters.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { soakSize } from './soak-size.ts'

const { machines, kills } = soakSize({ short: { machines: 4, kills: 3 }, full: { machines: 20, kills: 25 } })
/** From the start of the new owner's process to a machine that is shown as running. */
const ADOPTION_LIMIT_MS = 2_000

it(`${machines} machines live through ${kills} crashes of the app and are adopted with their consoles`, async () => {
  await using home = await temporaryFolder()
  let owner = await startOwner(home.path)
  const ids = await startStarters(owner, machines)
  try {
    const pids = new Map(await Promise.all(ids.map(async (id) => [id, pidOf(await owner.state(id))] as const)))
    const slowest: number[] = []
    let survived = 0
    for (let round = 0; round < kills; round++) {
      const frozen = ids[round % ids.length] ?? ''
      await owner.kill()
      process.kill(pids.get(frozen) ?? 0, 'SIGSTOP')
      const began = performance.now()
      owner = await startOwner(home.path)
      const others = ids.filter((id) => id !== frozen)
      await Promise.all(
        others.map(async (id) => await reach(owner, id, 'running', ADOPTION_LIMIT_MS - (performance.now() - began))),
      )
      slowest.push(performance.now() - began)
      await reach(owner, frozen, 'not-answering', 4_000)
      process.kill(pids.get(frozen) ?? 0, 'SIGCONT')
      await reach(owner, frozen, 'running', ADOPTION_LIMIT_MS)
      for (const id of ids) {
        expect(pidOf(await owner.state(id))).toBe(pids.get(id))
        await talk(owner.app, id, `echo $((6 * 7))-${round}`, `42-${round}`, 20_000)
        survived++
      }
    }
    expect(survived).toBe(machines * kills)
    console.log(
      `${survived} of ${machines * kills} kept their pid, were adopted and answered; slowest adoption ${Math.max(...slowest).toFixed(0)} ms`,
    )
  } finally {
    await Promise.all(ids.map(async (id) => await owner.call('vm.powerOff', { id })))
    await owner.kill()
  }
}, 1_800_000)

function pidOf(state: Awaited<ReturnType<PetriOwner['state']>>): number {
  if ('pid' in state) return state.pid
  throw new Error(`the machine is ${state.kind}`)
}

/** Waits for a state, told by events and not by asking again. */
async function reach(owner: PetriOwner, id: string, kind: string, limitMs: number): Promise<void> {
  const stop = new AbortController()
  const reached = new Promise<void>((resolve) => {
    const end = owner.app.subscribe((event) => {
      if (event.kind === 'vm.changed' && event.entry.id === id && event.entry.state.kind === kind) resolve()
    })
    stop.signal.addEventListener('abort', end)
  })
  try {
    if ((await owner.state(id)).kind === kind) return
    const late = delay(Math.max(1, limitMs), undefined, { signal: stop.signal }).then(async () => {
      throw new Error(`${id} is ${(await owner.state(id)).kind} after ${limitMs.toFixed(0)} ms, not ${kind}`)
    })
    late.catch(() => {})
    await Promise.race([reached, late])
  } finally {
    stop.abort()
  }
}
