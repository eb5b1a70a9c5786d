import type { VmArchitecture } from '#contract/vm-spec'

/** One reason why a guest prints nothing on its serial port, and what to do. */
export interface SilenceCause {
  readonly cause: string
  readonly cure: string
  /** To copy: a kernel parameter, or a command to run inside the guest. */
  readonly command?: string
}

/** Names that Linux gives to QEMU's first serial port; `early` is the parameter that prints before drivers are up. */
const consoleNames: Readonly<Record<VmArchitecture, { readonly tty: string; readonly early?: string }>> = {
  x86_64: { tty: 'ttyS0', early: 'earlyprintk=serial' },
  i386: { tty: 'ttyS0', early: 'earlyprintk=serial' },
  aarch64: { tty: 'ttyAMA0', early: 'earlycon' },
  arm: { tty: 'ttyAMA0', early: 'earlycon' },
  riscv64: { tty: 'ttyS0', early: 'earlycon=sbi' },
  ppc64: { tty: 'hvc0' },
  s390x: { tty: 'ttysclp0' },
}

/** Why a console may be silent, the likeliest first, in words for this architecture. */
export function silenceCauses(architecture: VmArchitecture): readonly SilenceCause[] {
  const { tty, early } = consoleNames[architecture]
  const speed = tty.startsWith('ttyS') || tty.startsWith('ttyAMA') ? ',115200' : ''
  return [
    {
      cause: 'The guest’s kernel was not told to use the serial port. Most desktop and server images are not.',
      cure: `Add this to the kernel’s command line (in GRUB: press e, append it to the line that begins with linux, then Ctrl+X):`,
      command: `console=${tty}${speed}`,
    },
    {
      cause: `The port has another name here: on this architecture it is ${tty}.`,
      cure:
        tty === 'ttyS0'
          ? 'A command line made for ARM names ttyAMA0, which does not exist in this machine.'
          : 'A command line made for a PC names ttyS0, which does not exist in this machine.',
    },
    {
      cause: 'The guest runs, but offers no login on this port.',
      cure: 'Inside the guest, switch it on:',
      command: `systemctl enable --now serial-getty@${tty}.service`,
    },
    {
      cause:
        'The firmware or the boot loader prints on the screen only, or the guest stopped before its driver was up.',
      cure:
        early === undefined
          ? 'Look at the machine’s screen, or wait a little longer: emulated machines boot slowly.'
          : 'Look at the machine’s screen, or make the kernel print as early as it can:',
      ...(early === undefined ? {} : { command: early }),
    },
  ]
}
