import type { VmDecisions } from '../vm/vm-decisions.ts'
import { baseOptions } from './base-options.ts'
import { bootOptions } from './boot-options.ts'
import { cdromOptions } from './cdrom-options.ts'
import { cpuOptions } from './cpu-options.ts'
import { diskOptions } from './disk-options.ts'
import { displayOptions } from './display-options.ts'
import { controllerOptions } from './drive-attachment.ts'
import { firmwareOptions } from './firmware-options.ts'
import { hotplugOptions } from './hotplug-options.ts'
import { machineOptions } from './machine-options.ts'
import { memoryOptions } from './memory-options.ts'
import { monitorOptions } from './monitor-options.ts'
import { networkOptions } from './network-options.ts'
import type { QemuOption } from './qemu-option.ts'
import { rngOptions } from './rng-options.ts'
import { serialOptions } from './serial-options.ts'
import { sharedFolderOptions } from './shared-folder-options.ts'
import { tpmOptions } from './tpm-options.ts'
import { usbOptions } from './usb-options.ts'

/** QEMU's whole command line after its own path, without `-S`. Pure: equal decisions give equal options. */
export function qemuArgv(decisions: VmDecisions): readonly QemuOption[] {
  return [
    ...baseOptions(decisions),
    ...machineOptions(decisions),
    ...cpuOptions(decisions),
    ...memoryOptions(decisions),
    ...firmwareOptions(decisions),
    ...bootOptions(decisions),
    ...hotplugOptions(decisions),
    ...usbOptions(decisions),
    ...controllerOptions(decisions),
    ...diskOptions(decisions),
    ...cdromOptions(decisions),
    ...networkOptions(decisions),
    ...sharedFolderOptions(decisions),
    ...serialOptions(decisions),
    ...displayOptions(decisions),
    ...rngOptions(decisions),
    ...tpmOptions(decisions),
    ...monitorOptions(decisions),
  ]
}
