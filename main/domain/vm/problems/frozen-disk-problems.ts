import type { Problem } from '#contract/problem'
import type { Disk } from '#contract/vm-spec'

import { diskLayers, frozenOwner } from '../frozen-disks.ts'
import type { FileFacts } from '../host-facts.ts'
import { error } from './make-problem.ts'

/**
 * A linked clone's frozen disks: there, qcow2, and each upon the next as the machine's file says. A header that names
 * anything else is never followed.
 */
export function frozenDiskProblems(
  disk: Disk,
  field: string,
  files: Readonly<Record<string, FileFacts>>,
): readonly Problem[] {
  if (disk.backing === undefined) return []
  if (disk.format !== 'qcow2' || disk.path.startsWith('/'))
    return [error(`${field}.backing`, 'backing-not-possible', 'Only a qcow2 disk in the machine folder can be linked.')]
  const top = files[disk.path]
  const expected = diskLayers(disk)[0]?.backingName
  const unlinked = top?.kind === 'file' && top.header.refersTo === undefined
  return [
    ...(unlinked
      ? [error(`${field}.backing`, 'backing-differs', `${disk.path} does not lie upon ${expected}, as it should.`)]
      : []),
    ...diskLayers(disk)
      .slice(1)
      .flatMap(({ path, backingName }, index) => {
        const owner = frozenOwner(disk.backing?.[index] ?? '')
        const found = files[path] ?? { kind: 'missing' }
        const place = `${field}.backing[${index}]`
        if (found.kind !== 'file' || !found.readable)
          return [
            error(
              place,
              'backing-missing',
              `This linked clone needs ${path.split('/').at(-1)} of the machine ${owner}, which is not there.`,
              `Bring ${owner} back from the trash, or put the file back in its place.`,
            ),
          ]
        const { format, refersTo, unsafe } = found.header
        if (format === 'qcow2' && unsafe === undefined && refersTo === backingName) return []
        return [
          error(
            place,
            'backing-differs',
            `The frozen disk ${path.split('/').at(-1)} of ${owner} is not as it was: ${unsafe ?? `it lies upon ${refersTo ?? 'no other file'}`}.`,
            'Put a good copy of the file back in its place.',
          ),
        ]
      }),
  ]
}
