import { cdromSandboxPath } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { bootIndexes } from './boot-index.ts'
import { attachment } from './drive-attachment.ts'
import { layeredDrive } from './layered-drive.ts'
import { nodeName } from './node-name.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** Each CD drive, with or without a disc. */
export function cdromOptions(decisions: VmDecisions): readonly QemuOption[] {
  const bootIndex = bootIndexes(decisions.spec)
  return decisions.spec.cdroms.flatMap((cdrom) => {
    const node = nodeName('cd', cdrom.id)
    const disc =
      cdrom.path === null
        ? []
        : layeredDrive(decisions, {
            node,
            top: `${node}-data`,
            sandboxPath: cdromSandboxPath(cdrom),
            format: 'raw',
            readOnly: true,
            explanation: `The disc in drive "${cdrom.id}", as the sandbox shows it.`,
          })
    const device = jsonOption(
      '-device',
      {
        driver: cdrom.bus === 'virtio-scsi' ? 'scsi-cd' : 'ide-cd',
        id: node,
        drive: cdrom.path === null ? undefined : `${node}-data`,
        ...attachment(decisions, 'cdrom', cdrom.id),
        bootindex: bootIndex('cdrom', cdrom.id),
      },
      cdrom.path === null ? 'A CD drive without a disc.' : 'The CD drive with that disc.',
    )
    return [...disc, device]
  })
}
