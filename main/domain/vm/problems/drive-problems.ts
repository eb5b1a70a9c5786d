import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { FileFacts, VmFacts } from '../host-facts.ts'
import { diskLayers } from '../frozen-disks.ts'
import { hostPath } from '../sandbox-paths.ts'
import { fileProblems } from './file-problems.ts'
import { frozenDiskProblems } from './frozen-disk-problems.ts'
import { error, warning } from './make-problem.ts'

type Disk = VmSpec['disks'][number]
type FoundFile = Extract<FileFacts, { kind: 'file' }>

/** Disks and discs: there, readable, free, in the stored format, and referring to no other file. */
export function driveProblems(spec: VmSpec, facts: VmFacts): readonly Problem[] {
  return [
    ...spec.disks.flatMap((disk, index) => diskProblems(disk, `disks[${index}]`, facts)),
    ...spec.cdroms.flatMap(({ path }, index) =>
      path === null
        ? []
        : fileProblems({ field: `cdroms[${index}].path`, path, what: 'The disc', facts: facts.files[path] }),
    ),
    ...sameFileTwice(spec, facts),
  ]
}

function diskProblems(disk: Disk, field: string, { files }: VmFacts): readonly Problem[] {
  const found = files[disk.path]
  const missing = fileProblems({ field: `${field}.path`, path: disk.path, what: 'The disk', facts: found })
  if (missing.length > 0 || found?.kind !== 'file') return missing
  return [
    ...accessProblems(disk, field, found),
    ...headerProblems(disk, field, found),
    ...frozenDiskProblems(disk, field, files),
  ]
}

function accessProblems(disk: Disk, field: string, found: FoundFile): readonly Problem[] {
  return [
    ...(found.writable || disk.readOnly
      ? []
      : [
          error(
            `${field}.path`,
            'disk-not-writable',
            `The disk ${disk.path} may not be written by you.`,
            `Mark the disk as read-only, or allow writing: chmod u+w.`,
          ),
        ]),
    ...(found.heldBy === undefined
      ? []
      : [
          error(
            `${field}.path`,
            'disk-in-use',
            `${fileName(disk.path)} is in use by ${found.heldBy}.`,
            'Stop that first, or give this machine a disk of its own.',
          ),
        ]),
  ]
}

function headerProblems(disk: Disk, field: string, { header }: FoundFile): readonly Problem[] {
  const { format, refersTo, unsafe } = header
  if (disk.format === 'raw') return formatProblems(disk, field, format) // opened as bytes, whatever they say
  return [
    ...formatProblems(disk, field, format),
    ...(refersTo === undefined || refersTo === diskLayers(disk)[0]?.backingName
      ? []
      : [
          error(
            `${field}.path`,
            'disk-refers-to-file',
            `${fileName(disk.path)} needs another file: ${refersTo}. A machine gets its own files only.`,
            `Flatten it: qemu-img convert -O ${disk.format} OLD NEW, and use the new file.`,
          ),
        ]),
    ...(unsafe === undefined
      ? []
      : [
          error(
            `${field}.path`,
            'disk-unsafe',
            `${fileName(disk.path)} is not opened: ${unsafe}.`,
            'Make a plain copy of it with a tool you trust, on a machine you trust, and use that.',
          ),
        ]),
  ]
}

/** A raw disk may begin with anything, also with another format's header that its guest wrote: so only a hint. */
function formatProblems(disk: Disk, field: string, format: string | undefined): readonly Problem[] {
  if (format === disk.format || (format === 'iso' && disk.format === 'raw')) return []
  if (disk.format === 'raw') {
    return format === undefined
      ? []
      : [
          warning(
            `${field}.format`,
            'disk-looks-formatted',
            `${fileName(disk.path)} is used as raw and begins like ${format}. The guest sees the bytes as they are.`,
            `If the file is ${format}, correct the stored format.`,
          ),
        ]
  }
  const seen = format === undefined || format === 'raw' ? `does not begin like ${disk.format}` : `is ${format}`
  return [
    error(
      `${field}.format`,
      'disk-format-differs',
      `${fileName(disk.path)} is stored as ${disk.format}, and its file ${seen}.`,
      'Correct the format of the disk, or choose another file.',
    ),
  ]
}

/** One file as two drives: a writer beside any other use of it damages what the other sees. */
function sameFileTwice(spec: VmSpec, { vmFolder }: VmFacts): readonly Problem[] {
  const uses = [
    ...spec.disks.map(({ path, readOnly }, index) => ({ field: `disks[${index}].path`, path, readOnly })),
    ...spec.cdroms.flatMap(({ path }, index) =>
      path === null ? [] : [{ field: `cdroms[${index}].path`, path, readOnly: true }],
    ),
  ].map((use) => ({ ...use, path: normalized(hostPath(vmFolder, use.path)) }))
  return uses.flatMap((use, index) => {
    const earlier = uses.slice(0, index).find((other) => other.path === use.path && !(other.readOnly && use.readOnly))
    return earlier
      ? [error(use.field, 'disk-twice', `${fileName(use.path)} is ${earlier.field} already.`, 'Choose another file.')]
      : []
  })
}

/** `.`, empty parts and `..` taken out of an absolute path; symbolic links are the header gate's and the lock's affair. */
function normalized(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function fileName(path: string): string {
  return path.split('/').at(-1) ?? path
}
