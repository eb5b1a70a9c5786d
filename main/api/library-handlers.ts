import { apiCalls } from '#contract/api'
import type { Job } from '#contract/job'
import type { VmEntry } from '#contract/vm-state'
import type { JobService } from '../services/jobs/job-service.ts'
import { RefusedError } from '../services/refused-error.ts'
import type { VmService } from '../services/vm/vm-service.ts'
import { bound, type Handlers } from './dispatch.ts'
import { toFailure } from './to-failure.ts'

export type LibraryCallName = 'vm.tag' | 'vm.trash.list' | 'vm.trash.empty' | 'vm.autostart'

/** The calls that look after the library as a whole: tags, the trash, and what starts with Petri. */
export function libraryHandlers(vms: VmService, jobs: JobService): Pick<Handlers, LibraryCallName> {
  return {
    'vm.tag': bound(apiCalls['vm.tag'], async ({ id, add, remove }) => {
      const { tags } = await vms.describe(id, 'tagging', (spec) => ({
        tags: [...new Set([...spec.tags.filter((tag) => !remove.includes(tag)), ...add])],
      }))
      return { tags }
    }),
    'vm.trash.list': bound(apiCalls['vm.trash.list'], async () => [...(await vms.trashed())]),
    'vm.trash.empty': bound(apiCalls['vm.trash.empty'], async ({ trashIds }) => await vms.emptyTrash(trashIds)),
    'vm.autostart': bound(apiCalls['vm.autostart'], () => {
      const waiting = vms.list().filter((entry) => isOff(entry) && startsWithPetri(vms, entry.id))
      return waiting.length === 0 ? {} : { jobId: startOneByOne(vms, jobs, waiting).id }
    }),
  }
}

const isOff = ({ state }: VmEntry) => state.kind === 'stopped' || state.kind === 'suspended'

function startsWithPetri({ context }: VmService, id: string): boolean {
  const item = context.library.items.get(id)
  return item?.kind === 'machine' && item.spec.autostart && !item.spec.template
}

/** One after the other: together they would only wait for each other's disk. One that cannot start stops no other. */
function startOneByOne(vms: VmService, jobs: JobService, entries: readonly VmEntry[]): Job {
  return jobs.start({
    kind: 'vm.autostart',
    title: 'Start the machines that start with Petri',
    params: {},
    run: async (work) => {
      const failed: string[] = []
      for (const [index, { id, name }] of entries.entries()) {
        work.signal.throwIfAborted()
        work.progress({ phase: `Starting ${name}`, progress: index / entries.length })
        try {
          await vms.start(id)
          work.log(`${name} runs`)
        } catch (error) {
          const { title, evidence } = toFailure(error)
          work.log(evidence === undefined ? title : `${title}: ${evidence}`)
          failed.push(`${name}: ${title}`)
        }
      }
      if (failed.length > 0)
        throw new RefusedError({
          code: 'command-failed',
          title: `${failed.length} of ${entries.length} machines that start with Petri did not start`,
          evidence: failed[0],
          cure: { text: 'Start each by itself to see what it lacks. The log of this job names them all.' },
          raw: failed.join('\n'),
        })
      return { summary: `${entries.length} started.`, result: { started: entries.length } }
    },
  })
}
