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
    return wanted ? [{ path: disk.path, wanted }] : []
  })
  return new Map(
    await Promise.all(
      found.map(async ({ path, wanted: { from, convertFrom } }) => {
        const facts = await fileFacts(from, true, inUse.get(from))
        return [path, facts.kind === 'file' ? asCopied(facts, convertFrom) : facts] as const
      }),
    ),
  )
}

/** What a raw original, which refers to nothing, becomes where that is wished for. */
function asCopied(
  facts: Extract<FileFacts, { kind: 'file' }>,
  convertFrom: DiskImport['convertFrom'],
): Extract<FileFacts, { kind: 'file' }> {
  const copied = { ...facts, writable: true }
  const { header } = facts
  if (convertFrom === undefined || header.unsafe !== undefined) return copied
  if (header.format === convertFrom) return { ...copied, header: { format: 'qcow2', refersTo: undefined } }
  return { ...copied, header: { ...header, unsafe: `it is ${header.format ?? 'unknown'}, and not ${convertFrom}` } }
}
