import { z } from 'zod'

import { diskOptions } from '../../qemu/disk-options.ts'
import { backendId, forwardText, networkOptions } from '../../qemu/network-options.ts'
import { nodeName } from '../../qemu/node-name.ts'
import type { QemuOption } from '../../qemu/qemu-option.ts'
import { runtimeSandboxFolder } from '../sandbox-paths.ts'
import type { VmDecisions } from '../vm-decisions.ts'

/** One QMP command. */
export interface QmpCommand {
  readonly execute: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** Name of the one export of a disk server; every server has a socket of its own. */
export const exportName = 'drive'

/**
 * The block nodes of a drive whose file another program serves on a socket in the runtime folder: QEMU's own sandbox
 * was closed before the file was chosen. The nodes have the names that they would have had from the start.
 */
export function servedNodes(
  node: string,
  socketName: string,
  { readOnly, discard }: { readonly readOnly: boolean; readonly discard: 'ignore' | 'unmap' },
): readonly QmpCommand[] {
  const common = { 'read-only': readOnly, discard }
  return [
    {
      execute: 'blockdev-add',
      arguments: {
        driver: 'nbd',
        'node-name': `${node}-file`,
        server: { type: 'unix', path: `${runtimeSandboxFolder}/${socketName}` },
        export: exportName,
        ...common,
      },
    },
    {
      execute: 'blockdev-add',
      arguments: {
        driver: 'raw',
        'node-name': `${node}-data`,
        file: `${node}-file`,
        ...common,
        ...(discard === 'unmap' && !readOnly ? { 'detect-zeroes': 'unmap' } : {}),
      },
    },
  ]
}

/** Takes the nodes of a drive away again, whoever made them. The order is from the top down. */
export function nodeRemovals(node: string): readonly QmpCommand[] {
  return [`${node}-data`, `${node}-file`].map((name) => ({
    execute: 'blockdev-del',
    arguments: { 'node-name': name },
  }))
}

/**
 * `device_add` for a disk of the spec, with the very properties that it will have from the next start on. `port`: the
 * empty root port that takes it, on boards that have such.
 */
export function diskPlug(decisions: VmDecisions, id: string, port: string | undefined): QmpCommand {
  const { bus, ...device } = deviceOf(diskOptions(decisions), nodeName('disk', id))
  const { 'scsi-id': _place, ...properties } = device // QEMU finds a free place itself
  const place = port ?? (bus === 'scsi0.0' ? bus : undefined)
  return { execute: 'device_add', arguments: { ...properties, ...(place === undefined ? {} : { bus: place }) } }
}

/** `netdev_add`, where a cable leads somewhere, and `device_add` for a card of the spec. */
export function cardPlug(decisions: VmDecisions, id: string, port: string | undefined): readonly QmpCommand[] {
  const network = decisions.spec.networks.find((card) => card.id === id)
  if (!network) return []
  const { backend } = network
  const device = deviceOf(networkOptions(decisions), nodeName('net', id))
  const netdev =
    backend.kind === 'user'
      ? [
          {
            execute: 'netdev_add',
            arguments: {
              type: 'user',
              id: backendId(network),
              restrict: backend.restrict,
              hostfwd: backend.forwards.map((forward) => ({ str: forwardText(forward) })),
            },
          },
        ]
      : []
  return [...netdev, { execute: 'device_add', arguments: { ...device, ...(port === undefined ? {} : { bus: port }) } }]
}

const deviceSchema = z.looseObject({ id: z.string() })

/** The properties of one device among options, without its place in the boot order: that is decided at a start. */
function deviceOf(options: readonly QemuOption[], id: string): Readonly<Record<string, unknown>> {
  for (const { args } of options) {
    if (args[0] !== '-device') continue
    const device = deviceSchema.parse(JSON.parse(args[1] ?? '{}'))
    const { bootindex: _order, ...properties } = device
    if (device.id === id) return properties
  }
  throw new Error(`no device ${id} among the options`)
}
