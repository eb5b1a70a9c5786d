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
      ...common,
      ...(drive.discard === 'unmap' && !readOnly ? { 'detect-zeroes': 'unmap' } : {}),
    },
    `Reads that file as ${drive.format}. The format is stated and never guessed: a guest could write another format's header into a raw disk and reach other files.`,
  )
  return layered ? [file, format, ...overlayNodes(drive, base)] : [file, format]
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
