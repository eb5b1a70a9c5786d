import type { FirmwareFacts } from '../vm/host-facts.ts'
import { firmwareSandboxPath, uefiVarsSandboxPath } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { layeredDrive } from './layered-drive.ts'
import { jsonOption, keyedOption, type QemuOption } from './qemu-option.ts'

/** UEFI as two flash chips, its code read-only and its variables writable. Nothing for the board's own firmware. */
export function firmwareOptions(decisions: VmDecisions): readonly QemuOption[] {
  const { firmware } = decisions
  if (!firmware) return []
  return [...codeOptions(firmware), ...variableOptions(firmware, decisions), ...secureFlashOptions(firmware)]
}

function codeOptions(firmware: FirmwareFacts): readonly QemuOption[] {
  return [
    jsonOption(
      '-blockdev',
      {
        driver: 'file',
        'node-name': 'uefi-code-file',
        filename: firmwareSandboxPath(firmware),
        'read-only': true,
      },
      'The file with the UEFI firmware of this host.',
    ),
    jsonOption(
      '-blockdev',
      { driver: firmware.codeFormat, 'node-name': 'uefi-code', file: 'uefi-code-file', 'read-only': true },
      'The flash chip with the firmware; read-only, as machines share it.',
    ),
  ]
}

function variableOptions(firmware: FirmwareFacts, decisions: VmDecisions): readonly QemuOption[] {
  if (!firmware.varsTemplatePath) return []
  return layeredDrive(decisions, {
    node: 'uefi-vars',
    top: 'uefi-vars',
    sandboxPath: uefiVarsSandboxPath,
    format: 'qcow2',
    readOnly: false,
    explanation:
      "UEFI's variables, such as boot entries and keys: the machine's own copy, a qcow2 so that snapshots hold it.",
  })
}

/** Firmware with Secure Boot guards its variables by system management mode: only it may write the flash. */
function secureFlashOptions(firmware: FirmwareFacts): readonly QemuOption[] {
  if (!firmware.requiresSmm) return []
  return [
    keyedOption(
      '-global',
      undefined,
      { driver: 'cfi.pflash01', property: 'secure', value: 'on' },
      'Only the firmware itself may write its variables; without it the guest could switch Secure Boot off.',
    ),
  ]
}
