import type { VmDraft } from '#contract/vm-spec'

/** The files of a Starter guest, absolute, and the command line its kernel was measured with. */
export interface StarterFiles {
  readonly kernelPath: string
  readonly initrdPath: string
  readonly commandLine: string
}

/**
 * The machine that is there when Petri opens for the first time: boots in seconds from a kernel and a RAM disk, has a
 * network and a serial console, and writes nothing.
 */
export function starterDraft(architecture: 'x86_64' | 'aarch64' | 'arm', files: StarterFiles): VmDraft {
  return {
    name: starterNames[architecture],
    notes: 'A small Linux that runs from memory: a shell on the serial port, nothing kept after power-off.',
    tags: [],
    template: false,
    architecture,
    machineType: architecture === 'x86_64' ? 'q35' : 'virt',
    cpu: { sockets: 1, cores: 1, threads: 1 },
    memoryMiB: 256,
    accelerator: 'auto',
    nestedVirtualization: false,
    firmware: { kind: 'bios' },
    tpm: false,
    disks: [],
    cdroms: [],
    kernel: { ...files },
    networks: [{ id: 'lan', model: 'virtio', backend: { kind: 'user', restrict: false, forwards: [] } }],
    sharedFolders: [],
    serialPorts: 1,
    display: { kind: 'vnc', device: architecture === 'x86_64' ? 'virtio-vga' : 'virtio-gpu' },
    balloon: true,
    rng: true,
    usbTablet: false,
    boot: { order: ['disk', 'cdrom', 'network'], menu: false },
    rtc: 'utc',
    autostart: false,
  }
}

const starterNames = { x86_64: 'Starter', aarch64: 'Starter (arm64)', arm: 'Starter (armhf)' } as const
