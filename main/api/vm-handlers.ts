import { apiCalls } from '#contract/api'
import type { vmCalls } from '#contract/vm-calls'
import { vmDraftSchema } from '#contract/vm-spec'
import type { VmCommand } from '#contract/vm-state'
import { seedFile, withSeed } from '../domain/cloud-init/with-seed.ts'
import { shellQuote } from '../domain/qemu/shell-quote.ts'
import type { VmPlan } from '../domain/vm/vm-plan.ts'
import { commandDiffOfVm, scriptOfVm } from '../services/vm/command-of-vm.ts'
import { previewVm } from '../services/vm/preview-vm.ts'
import type { VmService } from '../services/vm/vm-service.ts'
import { bound, type Handlers } from './dispatch.ts'
import type { LibraryCallName } from './library-handlers.ts'
import type { CloneCallName } from './snapshot-handlers.ts'
import type { Throwaways } from './throwaways.ts'

type VmCalls = Pick<Handlers, Exclude<keyof typeof vmCalls, CloneCallName | LibraryCallName>>

/** The calls about machines. */
export function vmHandlers(vms: VmService, throwaways: Throwaways): VmCalls {
  return {
    'vm.list': bound(apiCalls['vm.list'], () => [...vms.list()]),
    'vm.show': bound(apiCalls['vm.show'], ({ id }) => vms.show(id)),
    'vm.preview': bound(apiCalls['vm.preview'], async ({ draft, newDisks, imports, seed }) => {
      const seeded = seed ? vmDraftSchema.loose().transform(withSeed).safeParse(draft) : undefined
      const { problems, plan } = await previewVm(vms.context, seeded?.data ?? draft, {
        newDisks,
        imports,
        made: seed ? [seedFile] : [],
      })
      if (!plan) return { problems: [...problems] }
      const acceleration = { accelerator: plan.accelerator, reason: plan.acceleratorReason }
      return { problems: [...problems], command: commandOf(plan), acceleration }
    }),
    'vm.command': bound(apiCalls['vm.command'], async ({ id }) => commandOf(await vms.command(id))),
    'vm.commandDiff': bound(apiCalls['vm.commandDiff'], async ({ id }) => await commandDiffOfVm(vms.context, id)),
    'vm.script': bound(apiCalls['vm.script'], async ({ id }) => ({ script: await scriptOfVm(vms.context, id) })),
    'vm.create': bound(apiCalls['vm.create'], async ({ draft, newDisks }) => ({
      id: await vms.create(draft, newDisks),
    })),
    'vm.update': bound(apiCalls['vm.update'], async ({ spec, newDisks }) => done(await vms.update(spec, newDisks))),
    'vm.accept': bound(apiCalls['vm.accept'], async ({ id }) => done(await vms.accept(id))),
    'vm.rename': bound(apiCalls['vm.rename'], async ({ id, name }) => {
      await vms.describe(id, 'renaming', () => ({ name }))
      return {}
    }),
    'vm.delete': bound(apiCalls['vm.delete'], async ({ id }) => ({ trashId: await vms.delete(id) })),
    'vm.restore': bound(apiCalls['vm.restore'], async ({ trashId }) => ({ id: await vms.restore(trashId) })),
    'vm.start': bound(apiCalls['vm.start'], async ({ id }) => done(await vms.start(id))),
    'vm.pause': bound(apiCalls['vm.pause'], async ({ id }) => done(await vms.pause(id))),
    'vm.resume': bound(apiCalls['vm.resume'], async ({ id }) => done(await vms.resume(id))),
    'vm.reset': bound(apiCalls['vm.reset'], async ({ id }) => done(await vms.reset(id))),
    'vm.shutdown': bound(apiCalls['vm.shutdown'], async ({ id, deadlineMs }) =>
      done(await vms.shutdown(id, deadlineMs)),
    ),
    'vm.powerOff': bound(apiCalls['vm.powerOff'], async ({ id }) => done(await vms.powerOff(id))),
    'vm.suspend': bound(apiCalls['vm.suspend'], async ({ id }) => done(await vms.suspend(id))),
    'vm.discardSuspended': bound(apiCalls['vm.discardSuspended'], async ({ id }) =>
      done(await vms.discardSuspended(id)),
    ),
    'vm.throwaway': bound(apiCalls['vm.throwaway'], async ({ id, cols, rows }) => ({
      runId: await throwaways.run(id, cols, rows),
    })),
  }
}

/** For calls whose result is that they happened. */
const done = (_nothing: void) => ({})

function commandOf(plan: VmPlan): VmCommand {
  return {
    argv: [...plan.argv],
    shell: shellQuote(plan.argv),
    explained: plan.explained.map((option) => ({ ...option, args: [...option.args] })),
  }
}
