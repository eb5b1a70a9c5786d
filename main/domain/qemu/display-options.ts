import { runtimeSandboxFolder } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** The graphics card and the keyboard that goes with it, and where the picture is shown. */
export function displayOptions(decisions: VmDecisions): readonly QemuOption[] {
  return [...pictureOptions(decisions), ...cardOptions(decisions)]
}

function pictureOptions({ mode, names }: VmDecisions): readonly QemuOption[] {
  const noWindow = { args: ['-display', 'none'], explanation: 'QEMU opens no window of its own on this desktop.' }
  if (names.vnc === undefined || mode.kind === 'throwaway') return [noWindow]
  return [
    noWindow,
    {
      args: ['-vnc', `unix:${runtimeSandboxFolder}/${names.vnc}`],
      explanation:
        "Shows the guest's screen over VNC on a socket that only this user can open, and on no network port.",
    },
  ]
}

function cardOptions({ profile, spec }: VmDecisions): readonly QemuOption[] {
  if (spec.display.kind === 'none') return []
  const driver = profile.video[spec.display.device]
  if (driver === undefined) return []
  return [
    jsonOption(
      '-device',
      { driver, id: 'video0' },
      `The graphics card: ${spec.display.device}. Without one the guest has no screen.`,
    ),
    ...keyboardOptions(profile.keyboard),
  ]
}

function keyboardOptions(keyboard: VmDecisions['profile']['keyboard']): readonly QemuOption[] {
  if (keyboard === 'on-board') return []
  return [
    jsonOption(
      '-device',
      { driver: keyboard, id: 'keyboard0', ...(keyboard === 'usb-kbd' ? { bus: 'usb.0' } : {}) },
      'A keyboard, as this board has none of its own.',
    ),
  ]
}
