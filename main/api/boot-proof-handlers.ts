import { join } from 'node:path'

import { apiCalls } from '#contract/api'
import type { bootProofCalls } from '#contract/boot-proof'
import type { JobService } from '../services/jobs/job-service.ts'
import { proveBoot, readBootProof } from '../services/vm/prove-boot.ts'
import { refuseTemplate } from '../services/vm/start-vm.ts'
import { startVmJob } from '../services/vm/vm-job.ts'
import type { VmService } from '../services/vm/vm-service.ts'
import { bound, type Handlers } from './dispatch.ts'

/** The calls that prove that a machine boots. */
export function bootProofHandlers(
  { context, hold }: VmService,
  jobs: JobService,
  cacheFolder: string,
): Pick<Handlers, keyof typeof bootProofCalls> {
  return {
    'vm.proveBoot': bound(apiCalls['vm.proveBoot'], async (params) => {
      const { id, limitSeconds } = params
      const spec = context.library.spec(id)
      const jobId = await startVmJob(hold, jobs, {
        ...{ id, what: 'proving the boot of', kind: 'vm.proveBoot', title: `Does ${spec.name} boot?`, params },
        prepare: async () => refuseTemplate(spec),
        run: (_, work) => proveBoot(context, id, { scratchRoot: join(cacheFolder, 'throwaway'), limitSeconds }, work),
      })
      return { jobId }
    }),
    'vm.bootProof': bound(apiCalls['vm.bootProof'], async ({ id }) => await readBootProof(context, id)),
  }
}
