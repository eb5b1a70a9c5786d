import { scratchSandboxFolder } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** A file of the machine as QEMU opens it. */
interface Drive {
  /** Stem of the nodes: `<node>-file` is the file, `top` is what a device attaches to. */
  readonly node: string
  readonly top: string
  readonly sandboxPath: string
  readonly format: string
  readonly readOnly: boolean
  readonly cache?: { readonly direct: boolean; readonly 'no-flush': boolean }
  readonly discard?: 'ignore' | 'unmap'
  /** Frozen disks below it, the nearest first, as the sandbox shows them. */
  readonly below?: readonly string[]
  readonly explanation: string
}

/** Name of the file in the scratch folder that takes a drive's changes during a throwaway run. */
export function overlayFile(node: string): string {
  return `${node}.qcow2`
}

/**
 * The block nodes of one drive: file, format, and on a throwaway run a layer above them that takes every change.
 *
 * `-snapshot` does nothing for `-blockdev`, so the layer is a node of its own; its `backing` is named here, whatever
 * the overlay's header says. The base below it is opened read-only and cannot change.
 */
export function layeredDrive({ mode }: VmDecisions, drive: Drive): readonly QemuOption[] {
  const layered = mode.kind === 'throwaway' && !drive.readOnly
  const readOnly = drive.readOnly || layered
  const base = layered ? `${drive.node}-base` : drive.top
  const common = {
    'read-only': readOnly,
    ...(drive.cache ? { cache: drive.cache } : {}),
    ...(drive.discard ? { discard: drive.discard } : {}),
  }
  const file = jsonOption(
    '-blockdev',
    { driver: 'file', 'node-name': `${drive.node}-file`, filename: drive.sandboxPath, locking: 'on', ...common },
    `${drive.explanation} Locked while open, so that no second machine damages it.`,
  )
  const format = jsonOption(
    '-blockdev',
    {
      driver: drive.format,
      'node-name': base,
      file: `${drive.node}-file`,
      ...(drive.below?.length ? { backing: frozenNode(drive, 0) } : {}),
      ...common,
      ...(drive.discard === 'unmap' && !readOnly ? { 'detect-zeroes': 'unmap' } : {}),
    },
    `Reads that file as ${drive.format}. The format is stated and never guessed: a guest could write another format's header into a raw disk and reach other files.`,
  )
  return [...frozenNodes(drive), file, format, ...(layered ? overlayNodes(drive, base) : [])]
}

const frozenNode = ({ node }: Drive, depth: number) => `${node}-b${depth}`

/** The frozen disks of a linked clone from the lowest up: each is named, whatever the header of the one above says. */
function frozenNodes(drive: Drive): readonly QemuOption[] {
  const below = drive.below ?? []
  return below
    .flatMap((sandboxPath, depth) => [
      [
        jsonOption(
          '-blockdev',
          {
            driver: 'file',
            'node-name': `${frozenNode(drive, depth)}f`,
            filename: sandboxPath,
            locking: 'on',
            'read-only': true,
          },
          'A frozen disk that this machine shares with others; nobody writes it.',
        ),
        jsonOption(
          '-blockdev',
          {
            driver: 'qcow2',
            'node-name': frozenNode(drive, depth),
            file: `${frozenNode(drive, depth)}f`,
            ...(depth + 1 < below.length ? { backing: frozenNode(drive, depth + 1) } : {}),
            'read-only': true,
          },
          'Gives what the disk above it does not hold itself: a linked clone keeps only its differences.',
        ),
      ],
    ])
    .toReversed()
    .flat()
}

function overlayNodes(drive: Drive, base: string): readonly QemuOption[] {
  const cache = { direct: false, 'no-flush': true } // nothing of it outlives the run
  return [
    jsonOption(
      '-blockdev',
      {
        driver: 'file',
        'node-name': `${drive.node}-overlay-file`,
        filename: `${scratchSandboxFolder}/${overlayFile(drive.node)}`,
        cache,
        discard: 'unmap',
      },
      'The file that takes the changes of this run; it is deleted afterwards.',
    ),
    jsonOption(
      '-blockdev',
      {
        driver: 'qcow2',
        'node-name': drive.top,
        file: `${drive.node}-overlay-file`,
        backing: base,
        cache,
        discard: 'unmap',
      },
      'What the guest writes goes into the layer, what it never wrote is read from the disk below, which stays as it is.',
    ),
  ]
}
