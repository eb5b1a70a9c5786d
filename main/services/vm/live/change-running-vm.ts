import { findProblems } from '../../../domain/vm/problems/find-problems.ts'
import { applyLiveStep } from '../../../domain/vm/live/live-step.ts'
import { planLiveChanges } from '../../../domain/vm/live/plan-live-changes.ts'
import type { VmSpec } from '#contract/vm-spec'
import { RefusedError } from '../../refused-error.ts'
import { gatherVmFacts } from '../gather-vm-facts.ts'
import { decide } from '../start-vm.ts'
import type { VmContext } from '../vm-context.ts'
import type { VmSession } from '../vm-session.ts'
import { changeLiveRecord, readLiveRecord } from './live-record.ts'
import { performStep } from './perform-step.ts'
import { isStepInEffect } from './step-in-effect.ts'

/**
 * Makes a running machine what `wanted` says, and stores it. All is refused when anything of it needs the machine to be
 * off. Each step is stored when it is done, so that a failure in the middle leaves machine and description in agreement;
 * a step under way is on record, so that a sudden end does too.
 */
export async function changeRunningVm(
  context: VmContext,
  session: VmSession,
  wanted: VmSpec,
  { force }: { readonly force: boolean },
): Promise<void> {
  const stored = context.library.spec(wanted.id)
  const { steps, problems } = planLiveChanges(stored, wanted)
  if (problems.length > 0)
    throw new RefusedError({
      code: 'conflict',
      title: `${stored.name} is running, and not all of this can change while it does`,
      evidence: problems.map(({ field }) => field).join(', '),
      problems: [...problems],
      cure: { text: 'Shut it down first.', command: `petri stop ${stored.id}` },
    })
  const { decisions } = await decide(context, wanted, session.record.nonce)
  await refuseTaken(context, stored, wanted)
  const { folders, library } = context
  for (const step of steps) {
    const before = library.spec(wanted.id)
    const remember = async (pending: typeof step | undefined) =>
      await changeLiveRecord(folders, wanted.id, ({ pending: _before, ...record }) =>
        pending === undefined ? record : { ...record, pending },
      )
    await remember(step)
    try {
      await performStep({ session, folders, decisions }, before, step, force)
      await library.save(applyLiveStep(before, step))
    } finally {
      await remember(undefined)
    }
  }
}

/** Brings to its end what the owner before this one had begun. Asks QEMU; changes only the description. */
export async function finishPendingStep(context: VmContext, session: VmSession): Promise<void> {
  const { vmId } = session.record
  const { pending } = await readLiveRecord(context.folders, vmId)
  const item = context.library.items.get(vmId)
  if (!pending || item?.kind !== 'machine') return
  const { spec } = item
  if (await isStepInEffect(session, applyLiveStep(spec, pending), pending))
    await context.library.save(applyLiveStep(spec, pending))
  await changeLiveRecord(context.folders, vmId, ({ pending: _done, ...record }) => record)
  context.stateChanged(vmId, session.state)
}

/** What `decide` leaves out for a running machine, because its own disks are in use by itself: the new ones. */
async function refuseTaken(context: VmContext, stored: VmSpec, wanted: VmSpec): Promise<void> {
  const known = new Set(stored.disks.map(({ id }) => id))
  const added = { ...wanted, disks: wanted.disks.filter(({ id }) => !known.has(id)), networks: [] }
  if (added.disks.length === 0) return
  const facts = await gatherVmFacts(added, {
    host: await context.host.facts(),
    vmFolder: context.folders.machine(wanted.id),
    runtimeFolder: context.folders.sockets(wanted.id),
    nonce: '00000000',
    filesInUse: context.filesInUse(wanted.id),
    isRunning: false,
  })
  const taken = findProblems(added, facts).find(({ code }) => code === 'disk-in-use')
  if (!taken) return
  throw new RefusedError({
    code: 'in-use',
    title: 'The disk is in use',
    evidence: taken.message,
    ...(taken.cure !== undefined && { cure: { text: taken.cure } }),
    problems: [taken],
  })
}
