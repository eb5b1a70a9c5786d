import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { FileFacts } from '../../domain/vm/host-facts.ts'
import { makeVmId } from '../../domain/vm/make-vm-id.ts'
import { planVm } from '../../domain/vm/plan-vm.ts'
import { runCommand } from '../../system/process/run-command.ts'
import { type Disk, VM_SPEC_VERSION, type VmDraft, type VmSpec, vmDraftSchema } from '#contract/vm-spec'
import { RefusedError } from '../refused-error.ts'
import { linkOrCopy } from './clone/disk-copies.ts'
import { gatherVmFacts } from './gather-vm-facts.ts'
import type { VmContext } from './vm-context.ts'

/** Disk sizes by disk id, in bytes. */
export type NewDisks = Readonly<Record<string, number>>
type NewFiles = ReadonlyMap<string, FileFacts>

/** Problems of this host or this moment, not of the machine. */
const passingProblems = new Set([
  'qemu-missing',
  'qemu-too-old',
  'bubblewrap-missing',
  'swtpm-missing',
  'virtiofsd-missing',
  'kvm-not-usable',
  'port-taken',
  'disk-in-use',
])

/** Makes a machine from a draft, with its new disks. `adoptFiles`: files copied into the machine's folder, name -> source. */
export async function createVm(
  context: VmContext,
  draft: VmDraft,
  newDisks: NewDisks = {},
  adoptFiles: Readonly<Record<string, string>> = {},
): Promise<VmSpec> {
  const spec = newSpec(context, draft)
  refuseForeignNewDisks(spec, newDisks)
  await checkSpec(context, spec, filesToBeMade(spec, newDisks, Object.keys(adoptFiles)))
  await context.library.add(spec, async (folder) => {
    for (const [name, source] of Object.entries(adoptFiles)) await linkOrCopy(source, join(folder, name))
    for (const disk of spec.disks) {
      const sizeBytes = newDisks[disk.id]
      if (sizeBytes !== undefined) await createDisk(disk, join(folder, disk.path), sizeBytes)
    }
  })
  return spec
}

/** A draft as a machine of its own, which is nowhere yet. */
export function newSpec(context: VmContext, draft: VmDraft): VmSpec {
  return {
    version: VM_SPEC_VERSION,
    id: makeVmId(draft.name, new Set(context.library.items.keys())),
    uuid: randomUUID(),
    createdAt: context.now().toISOString(),
    ...vmDraftSchema.parse(draft),
  }
}

/**
 * Refuses a machine that is wrong in itself. What only this moment forbids (a port that is taken, a disk in use, an
 * emulator that is not installed yet) is left to the start.
 */
export async function checkSpec(context: VmContext, spec: VmSpec, newFiles: NewFiles = new Map()): Promise<void> {
  const facts = await gatherVmFacts(spec, {
    host: await context.host.facts(),
    vmFolder: context.folders.machine(spec.id),
    runtimeFolder: context.folders.sockets(spec.id),
    nonce: '00000000',
    filesInUse: new Map(),
    isRunning: false,
    newFiles,
  })
  const planning = planVm(spec, facts)
  if (planning.kind === 'planned') return
  const errors = planning.problems.filter(
    (problem) => problem.severity === 'error' && !passingProblems.has(problem.code),
  )
  if (errors.length === 0) return
  throw new RefusedError({
    code: 'invalid',
    title: `${spec.name} cannot be like this`,
    evidence: errors[0]?.message,
    problems: [...planning.problems],
  })
}

/** Disks and other files that will be made with the machine, by the path in its spec. */
export function filesToBeMade(
  spec: Pick<VmSpec, 'disks'>,
  newDisks: NewDisks,
  names: readonly string[] = [],
): NewFiles {
  const toBe = (sizeBytes: number, format: string | undefined): FileFacts => ({
    kind: 'file',
    sizeBytes,
    readable: true,
    writable: true,
    header: { format, refersTo: undefined },
    heldBy: undefined,
  })
  const disks = spec.disks.filter((disk) => disk.id in newDisks)
  return new Map([
    ...disks.map((disk) => [disk.path, toBe(newDisks[disk.id] ?? 0, disk.format)] as const),
    // A file that is adopted as a disk was made for it, in the format that the disk states.
    ...names.map((name) => [name, toBe(1, spec.disks.find((disk) => disk.path === name)?.format)] as const),
  ])
}

export async function createDisk(disk: Disk, path: string, sizeBytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await runCommand(['qemu-img', 'create', '-q', '-f', disk.format, path, String(sizeBytes)], { timeoutMs: 60_000 })
}

/** A new disk lies in the machine's own folder, never at a path that somebody else may own. */
export function refuseForeignNewDisks(spec: VmSpec, newDisks: Readonly<Record<string, unknown>>): void {
  const foreign = spec.disks.findIndex((disk) => disk.id in newDisks && disk.path.startsWith('/'))
  if (foreign < 0) return
  const message = 'a new disk is made in the machine folder: give its path without a leading /'
  throw new RefusedError({
    code: 'invalid',
    title: `${spec.name} cannot be made like this`,
    problems: [{ field: `disks[${foreign}].path`, code: 'new-disk-outside', severity: 'error', message }],
  })
}
