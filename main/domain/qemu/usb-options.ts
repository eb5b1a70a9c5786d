import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** The USB controller when something needs it, and the tablet. It comes before every device that is plugged into it. */
export function usbOptions(decisions: VmDecisions): readonly QemuOption[] {
  if (!needsUsb(decisions)) return []
  return [
    jsonOption(
      '-device',
      { driver: 'qemu-xhci', id: 'usb' },
      'A USB controller, which the machine has only because a device on it is wanted.',
    ),
    ...(decisions.spec.usbTablet
      ? [
          jsonOption(
            '-device',
            { driver: 'usb-tablet', id: 'tablet0', bus: 'usb.0' },
            'A pointer that reports where it is: the mouse in the screen follows yours; with a mouse it would drift.',
          ),
        ]
      : []),
  ]
}

/** Whether the machine gets a USB controller. */
export function needsUsb({ profile, spec }: Pick<VmDecisions, 'profile' | 'spec'>): boolean {
  return (
    spec.usbTablet ||
    spec.networks.some((network) => network.model === 'usb-net') ||
    (spec.display.kind === 'vnc' && profile.keyboard === 'usb-kbd')
  )
}
