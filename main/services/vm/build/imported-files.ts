import type { DiskImport } from '#contract/vm-build'
import type { VmSpec } from '#contract/vm-spec'
import type { FileFacts } from '../../../domain/vm/host-facts.ts'
import { fileFacts } from '../gather-vm-facts.ts'
import type { VmContext } from '../vm-context.ts'

/**
 * What is known of the files that are to become disks, by the path in the spec: the header gate looks at the original,
 * the copy will be writable.
 */
export async function importedFiles(
  context: VmContext,
  spec: Pick<VmSpec, 'disks' | 'id'>,
  imports: Readonly<Record<string, DiskImport>>,
): Promise<ReadonlyMap<string, FileFacts>> {
  const inUse = context.filesInUse(spec.id)
  const found = spec.disks.flatMap((disk) => {
    const wanted = imports[disk.id]
    return wanted ? [{ path: disk.path, from: wanted.from }] : []
  })
  return new Map(
    await Promise.all(
      found.map(async ({ path, from }) => {
        const facts = await fileFacts(from, true, inUse.get(from))
        return [path, facts.kind === 'file' ? { ...facts, writable: true } : facts] as const
      }),
    ),
  )
}
