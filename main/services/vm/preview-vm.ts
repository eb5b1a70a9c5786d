import { randomUUID } from 'node:crypto'

import { planVm } from '../../domain/vm/plan-vm.ts'
import { planLiveChanges } from '../../domain/vm/live/plan-live-changes.ts'
import type { VmPlan, VmPlanning } from '../../domain/vm/vm-plan.ts'
import { fieldPath } from '#contract/field-path'
import type { Problem } from '#contract/problem'
import type { DiskImport } from '#contract/vm-build'
import { VM_SPEC_VERSION, type VmSpec, vmSpecSchema } from '#contract/vm-spec'
import { importedFiles } from './build/imported-files.ts'
import { filesToBeMade, type NewDisks } from './change-vms.ts'
import { gatherVmFacts } from './gather-vm-facts.ts'
import type { VmContext } from './vm-context.ts'

/**
 * What would come of a draft, or of a changed spec: every problem beside its field, and the plan when there is one.
 * Runs what a start would run, and changes nothing.
 */
export async function previewVm(
  context: VmContext,
  draft: unknown,
  toBe: {
    readonly newDisks: NewDisks
    readonly imports: Readonly<Record<string, DiskImport>>
    /** Files of the machine's folder that will be written, by name. */
    readonly made: readonly string[]
  },
): Promise<{ problems: readonly Problem[]; plan?: VmPlan }> {
  const parsed = vmSpecSchema.safeParse(isWhole(draft) ? draft : completed(draft, context.now()))
  if (!parsed.success) return { problems: parsed.error.issues.map(schemaProblem) }
  const spec: VmSpec = parsed.data
  const facts = await gatherVmFacts(spec, {
    host: await context.host.facts(),
    vmFolder: context.folders.machine(spec.id),
    runtimeFolder: context.folders.sockets(spec.id),
    nonce: '00000000',
    filesInUse: context.filesInUse(spec.id),
    isRunning: context.sessions.has(spec.id),
    newFiles: new Map([
      ...filesToBeMade(spec, toBe.newDisks, toBe.made),
      ...(await importedFiles(context, spec, toBe.imports)),
    ]),
  })
  const planning = planVm(spec, facts)
  const running = context.sessions.has(spec.id) ? context.library.items.get(spec.id) : undefined
  const needsOff = running?.kind === 'machine' ? planLiveChanges(running.spec, spec).problems : []
  if (needsOff.length > 0) return { problems: [...needsOff, ...problemsOf(planning)] }
  return planning.kind === 'planned'
    ? { problems: planning.plan.warnings, plan: planning.plan }
    : { problems: planning.problems }
}

const problemsOf = (planning: VmPlanning) => (planning.kind === 'planned' ? planning.plan.warnings : planning.problems)

const isWhole = (draft: unknown) => typeof draft === 'object' && draft !== null && 'uuid' in draft

/** A draft with an id and the rest that Petri chooses, for looking at it only. */
function completed(draft: unknown, now: Date): unknown {
  if (typeof draft !== 'object' || draft === null) return draft
  return { ...draft, version: VM_SPEC_VERSION, id: 'new-machine', uuid: randomUUID(), createdAt: now.toISOString() }
}

function schemaProblem(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): Problem {
  return { field: fieldPath(issue.path), code: 'schema', severity: 'error', message: issue.message }
}
