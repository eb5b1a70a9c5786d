import { type Counters, sampleBetween } from '../../../domain/vm/stats/counters.ts'
import { withSample } from '../../../domain/vm/stats/last-hour.ts'
import type { LiveStats, StatsSample } from '#contract/vm-stats'
import type { VmContext } from '../vm-context.ts'
import type { VmSession } from '../vm-session.ts'
import { liveStats } from './live-stats.ts'
import { type Look, readCounters } from './read-counters.ts'

/** How often every running machine is looked at, in ms: enough for an hour's graph, and nearly free. */
const EVERYBODY_MS = 10_000
/** How often one is looked at that somebody has on the screen, and how long after the last question it counts so, in ms. */
const WATCHED_MS = 2_000
const WATCH_KEPT_MS = 7_000
/** The first figures need two looks; this far apart when nobody has looked before, in ms. */
const FIRST_LOOKS_MS = 300
/** A question for the next sample is answered after this even when there is none, in ms. */
const WAIT_LIMIT_MS = 15_000

/** The last hour of every machine, kept in memory by the owner. */
export interface VmStats {
  read(
    id: string,
    after: number | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly samples: readonly StatsSample[]; readonly now?: LiveStats }>
  close(): void
}

interface Watched {
  samples: readonly StatsSample[]
  /** The last look at this run; forgotten when the machine ends. */
  last?: { readonly session: VmSession; readonly look: Look }
  closelyUntil: number
  timer?: NodeJS.Timeout | undefined
  looking?: Promise<void> | undefined
  readonly waiting: Set<() => void>
}

export function createVmStats(context: VmContext): VmStats {
  const machines = new Map<string, Watched>()
  const machine = (id: string): Watched => {
    const known = machines.get(id)
    if (known) return known
    const fresh: Watched = { samples: [], closelyUntil: 0, waiting: new Set() }
    machines.set(id, fresh)
    return fresh
  }

  /** One look at a time per machine; whoever comes meanwhile gets that one. */
  const look = async (id: string): Promise<void> => {
    const watched = machine(id)
    watched.looking ??= lookNow(context, id, watched).finally(() => {
      watched.looking = undefined
    })
    await watched.looking
  }

  const watchClosely = (id: string) => {
    const watched = machine(id)
    watched.closelyUntil = Date.now() + WATCH_KEPT_MS
    if (watched.timer) return
    setGuestReports(context.sessions.get(id), WATCHED_MS / 1000)
    watched.timer = setInterval(() => {
      if (Date.now() < watched.closelyUntil && context.sessions.has(id)) return void look(id)
      clearInterval(watched.timer)
      watched.timer = undefined
      setGuestReports(context.sessions.get(id), 0)
    }, WATCHED_MS)
    watched.timer.unref()
  }

  const everybody = setInterval(() => {
    for (const id of context.sessions.keys()) if (!machine(id).timer) void look(id)
    for (const id of machines.keys()) if (!context.library.items.has(id)) machines.delete(id)
  }, EVERYBODY_MS)
  everybody.unref()

  return {
    async read(id, after, signal) {
      const spec = context.library.spec(id)
      const watched = machine(id)
      const session = context.sessions.get(id)
      if (session) {
        watchClosely(id)
        if (watched.last?.session !== session) {
          await look(id)
          await new Promise<void>((resolve) => setTimeout(resolve, FIRST_LOOKS_MS))
          await look(id)
        } else if (after === undefined) await look(id)
      }
      const isNew = () => watched.samples.some(({ atMs }) => after === undefined || atMs > after)
      if (after !== undefined && session && !isNew()) await nextSample(watched, signal)
      const samples = after === undefined ? watched.samples : watched.samples.filter(({ atMs }) => atMs > after)
      if (!session || context.sessions.get(id) !== session || !watched.last) return { samples }
      return { samples, now: await liveStats(session, spec, watched.last.look) }
    },
    close() {
      clearInterval(everybody)
      for (const { timer } of machines.values()) clearInterval(timer)
    },
  }
}

async function lookNow(context: VmContext, id: string, watched: Watched): Promise<void> {
  const session = context.sessions.get(id)
  const item = context.library.items.get(id)
  if (!session || item?.kind !== 'machine' || !answers(session)) return
  const found = await readCounters(session, item.spec, watched.closelyUntil > Date.now()).catch(() => undefined)
  if (!found) return
  const before: Counters | undefined = watched.last?.session === session ? watched.last.look.counters : undefined
  const sample = before && sampleBetween(before, found.counters)
  watched.last = { session, look: found }
  if (!sample) return
  watched.samples = withSample(watched.samples, sample)
  for (const wake of watched.waiting) wake()
}

const answers = (session: VmSession) =>
  session.state.kind === 'running' || session.state.kind === 'paused' || session.state.kind === 'stopping'

async function nextSample(watched: Watched, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer)
      watched.waiting.delete(wake)
      signal.removeEventListener('abort', onAbort)
      end()
    }
    const wake = () => settle(resolve)
    const onAbort = () => settle(() => reject(new DOMException('nobody waits for it any more', 'AbortError')))
    const timer = setTimeout(wake, WAIT_LIMIT_MS)
    watched.waiting.add(wake)
    signal.addEventListener('abort', onAbort)
  })
}

/** Asks the guest's balloon driver for a report each `seconds`; 0 ends that. A machine without balloon refuses. */
function setGuestReports(session: VmSession | undefined, seconds: number): void {
  const property = { path: '/machine/peripheral/balloon0', property: 'guest-stats-polling-interval', value: seconds }
  void session?.execute('qom-set', property).catch(() => {})
}
