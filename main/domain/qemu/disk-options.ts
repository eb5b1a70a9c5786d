import type { VmSpec } from '#contract/vm-spec'

import type { MachineProfile } from '../vm/machine-profile.ts'
import { diskSandboxPath, frozenSandboxPath } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { bootIndexes } from './boot-index.ts'
import { attachment } from './drive-attachment.ts'
import { layeredDrive } from './layered-drive.ts'
import { nodeName } from './node-name.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

type Disk = VmSpec['disks'][number]

/** Each disk: its file, its format, and the device that the guest sees. */
export function diskOptions(decisions: VmDecisions): readonly QemuOption[] {
  const bootIndex = bootIndexes(decisions.spec)
  return decisions.spec.disks.flatMap((disk) => {
    const node = nodeName('disk', disk.id)
    return [
      ...layeredDrive(decisions, {
        node,
        top: `${node}-data`,
        sandboxPath: diskSandboxPath(disk),
        format: disk.format,
        readOnly: disk.readOnly,
        cache: { direct: disk.cache === 'none' || disk.cache === 'directsync', 'no-flush': disk.cache === 'unsafe' },
        discard: disk.discard,
        ...(disk.backing ? { below: disk.backing.map((_, depth) => frozenSandboxPath(disk, depth)) } : {}),
        explanation: `The file of disk "${disk.id}", as the sandbox shows it. ${cacheExplanations[disk.cache]}`,
      }),
      jsonOption(
        '-device',
        {
          driver: diskDriver(disk, decisions.profile),
          id: node,
          drive: `${node}-data`,
          ...attachment(decisions, 'disk', disk.id),
          ...(disk.bus === 'nvme' ? { serial: disk.id.slice(-20) } : {}), // required; NVMe serials end at 20 characters
          'write-cache': disk.cache === 'writethrough' || disk.cache === 'directsync' ? 'off' : 'on',
          bootindex: bootIndex('disk', disk.id),
        },
        busExplanations[disk.bus],
      ),
    ]
  })
}

function diskDriver(disk: Disk, profile: MachineProfile): string {
  switch (disk.bus) {
    case 'virtio':
      return `virtio-blk-${profile.virtio}`
    case 'virtio-scsi':
      return 'scsi-hd'
    case 'nvme':
      return 'nvme'
    case 'sata':
    case 'ide':
      return 'ide-hd'
  }
}

const busExplanations: Readonly<Record<Disk['bus'], string>> = {
  virtio: 'The disk as the guest sees it: virtio-blk, made for virtual machines and fast; the guest needs its driver.',
  'virtio-scsi': 'The disk as the guest sees it: a SCSI disk on the virtio controller, which takes many disks.',
  nvme: 'The disk as the guest sees it: an NVMe drive, known to current systems without extra drivers.',
  sata: 'The disk as the guest sees it: a SATA drive, known to every system since about 2006.',
  ide: 'The disk as the guest sees it: an IDE drive, known to the oldest systems and slow.',
}

const cacheExplanations: Readonly<Record<Disk['cache'], string>> = {
  none: "cache.direct: past the host's cache, so that data is held once.",
  writeback: "Through the host's cache; safe, as the guest's flushes reach the disk.",
  writethrough: "Every write reaches the disk at once, through the host's cache; slow.",
  directsync: "Every write reaches the disk at once, past the host's cache; slowest.",
  unsafe: 'no-flush: flushes of the guest are ignored; fast, and a crash of the host loses data.',
}
