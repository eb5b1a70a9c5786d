import { apiCalls } from '#contract/api'
import type { CloudInit } from '#contract/cloud-init'
import { seedFile, withSeed } from '../domain/cloud-init/with-seed.ts'
import type { JobService } from '../services/jobs/job-service.ts'
import { type BuildWish, buildVm, prepareBuild } from '../services/vm/build/build-vm.ts'
import { checkBuildRoom } from '../services/vm/build/check-build-room.ts'
import type { VmService } from '../services/vm/vm-service.ts'
import { bound, type Handlers } from './dispatch.ts'

/** The calls about machines that are answered here. */
export type BuildCallName = 'vm.build' | 'vm.setTemplate'

/** Machines whose making takes time, and templates. */
export function buildHandlers(vms: VmService, jobs: JobService): { readonly [N in BuildCallName]: Handlers[N] } {
  const { context } = vms
  return {
    'vm.build': bound(apiCalls['vm.build'], async ({ draft, newDisks, imports, cloudInit }) => {
      const seed = cloudInit && (await hashed(cloudInit))
      const wish: BuildWish = {
        draft: seed ? withSeed(draft) : draft,
        newDisks,
        imports,
        made: seed ? [seedFile] : [],
        make: async (folder, spec, signal) => {
          if (!seed) return
          const { writeSeed } = await import('../services/cloud-init/write-seed.ts')
          await writeSeed(folder, seed, spec.uuid, signal)
        },
      }
      // Refused before there is a job; made anew in it, because machines may have come while it waited.
      await prepareBuild(context, wish)
      await checkBuildRoom(context.folders.machines, Object.values(imports))
      const job = jobs.start({
        kind: 'vm.build',
        title: `New machine ${draft.name}`,
        // One after the other, so that two of one name do not choose the same id.
        queue: 'vm.build',
        // What is kept for a repetition holds the hash, never the password.
        params: { draft, newDisks, imports, ...(seed && { cloudInit: seed }) },
        run: async (work) => {
          const spec = await prepareBuild(context, wish)
          const { notRemoved } = await buildVm(context, spec, wish, work)
          context.changed(spec.id)
          const rest = notRemoved.length === 0 ? '' : ` ${notRemoved.join(', ')} could not be removed.`
          return { summary: `Made “${spec.name}”.${rest}`, result: { id: spec.id } }
        },
      })
      return { jobId: job.id }
    }),
    'vm.setTemplate': bound(apiCalls['vm.setTemplate'], async ({ id, template }) => {
      await vms.setTemplate(id, template)
      return {}
    }),
  }
}

/** The wish with its password's hash in place of the password. */
async function hashed({ password, ...wish }: CloudInit): Promise<Omit<CloudInit, 'password'>> {
  if (password === undefined) return wish
  const { hashPassword } = await import('../services/cloud-init/hash-password.ts')
  return { ...wish, passwordHash: await hashPassword(password) }
}
