import type { VmSpec } from '#contract/vm-spec'
import { RefusedError } from '../refused-error.ts'
import { previewVm } from './preview-vm.ts'
import type { VmContext } from './vm-context.ts'

/** Refuses a spec with a shared folder about which a person has to be asked first. */
export async function refuseUnasked(context: VmContext, spec: VmSpec): Promise<void> {
  const { problems } = await previewVm(context, spec, { newDisks: {}, imports: {}, made: [] })
  const unasked = problems.find(({ code }) => code === 'share-hidden')
  if (!unasked) return
  throw new RefusedError({
    code: 'conflict',
    title: 'This folder is shared only when you say so again',
    evidence: unasked.message,
    cure: { text: `${unasked.cure ?? ''} Then confirm it (--yes on the command line).`.trim() },
    problems: [unasked],
  })
}
