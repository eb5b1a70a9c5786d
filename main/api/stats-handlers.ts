import { apiCalls } from '#contract/api'
import type { statsCalls } from '#contract/vm-stats'
import type { VmStats } from '../services/vm/stats/vm-stats.ts'
import { bound, type Handlers } from './dispatch.ts'

/** The call about what machines use. */
export function statsHandlers(stats: VmStats): Pick<Handlers, keyof typeof statsCalls> {
  return {
    'vm.stats': bound(apiCalls['vm.stats'], async ({ id, after }, signal) => {
      const { samples, now } = await stats.read(id, after, signal)
      return { samples: [...samples], ...(now && { now }) }
    }),
  }
}
