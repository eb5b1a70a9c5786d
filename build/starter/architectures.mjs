/**
 * @typedef {object} StarterArchitecture
 * @property {'x86_64' | 'aarch64' | 'arm'} name QEMU's word.
 * @property {string} debian dpkg's word.
 * @property {readonly string[]} kernels Packages that stand for the newest kernel, best first.
 * @property {string} commandLine What the kernel is started with. Chosen for a fast start without hardware help:
 *   no self-tests of ciphers, no guarding against leaks between processes, no measuring of clocks that QEMU gets right.
 *   Its messages are not kept quiet: they cost less than the noise of a measurement and show at once that it lives.
 */

/** @type {readonly StarterArchitecture[]} */
export const STARTER_ARCHITECTURES = [
  {
    name: 'x86_64',
    debian: 'amd64',
    kernels: ['linux-image-amd64', 'linux-image-virtual'],
    commandLine:
      'console=ttyS0 mitigations=off tsc=reliable no_timer_check random.trust_cpu=on cryptomgr.notests panic=10',
  },
  {
    name: 'aarch64',
    debian: 'arm64',
    kernels: ['linux-image-arm64', 'linux-image-virtual'],
    // Pointer authentication is emulated bit by bit: with it the prompt takes 6.1 s, without 1.4 s (QEMU 7.2).
    commandLine: 'console=ttyAMA0 mitigations=off arm64.nopauth random.trust_cpu=on cryptomgr.notests panic=10',
  },
  {
    name: 'arm',
    debian: 'armhf',
    kernels: ['linux-image-armmp', 'linux-image-generic'],
    commandLine: 'console=ttyAMA0 random.trust_cpu=on cryptomgr.notests panic=10',
  },
]

/**
 * Drivers for every device that QEMU gives a machine in Petri's recipes; the guest loads those that it finds use for.
 * Those that are built into a kernel, or that it does not have, are passed over.
 */
export const STARTER_MODULES = [
  // virtio: the bus, block, network, memory balloon, console, random numbers, SCSI, shared folders, input
  ...['virtio_pci', 'virtio_mmio', 'virtio_blk', 'virtio_net', 'virtio_balloon', 'virtio_console', 'virtio_rng'],
  ...['virtio_scsi', '9pnet_virtio', '9p', 'virtiofs', 'virtio_input'],
  // emulated disks and network cards
  ...['ata_piix', 'ata_generic', 'ahci', 'nvme', 'sym53c8xx', 'sd_mod', 'sr_mod', 'cdrom'],
  ...['e1000', 'e1000e', '8139cp', 'pcnet32', 'vmxnet3'],
  // file systems found on a hot-plugged disk or a CD
  ...['ext4', 'crc32c_generic', 'isofs', 'vfat', 'nls_ascii', 'nls_iso8859_1', 'nls_cp437'],
  // screen, keyboard, mouse, power button
  ...['virtio_gpu', 'bochs', 'simpledrm'],
  ...['xhci_pci', 'ehci_pci', 'uhci_hcd', 'usbhid', 'hid_generic', 'usb_storage', 'uas', 'atkbd', 'i8042', 'evdev'],
  ...['button', 'gpio_keys', 'gpio_pl061', 'rtc_pl031', 'rtc_cmos'],
]

/**
 * For the guest that reads disks from outside: its three devices, and the file systems that people meet. Debian 12 has no
 * driver for NTFS.
 */
export const READER_MODULES = [
  ...['virtio_pci', 'virtio_blk', 'virtio_console'],
  ...['ext4', 'xfs', 'btrfs', 'exfat', 'vfat', 'isofs', 'squashfs'],
  // what they add up, and how they write names
  ...['crc32c_generic', 'xxhash_generic', 'sha256_generic', 'blake2b_generic'],
  ...['nls_ascii', 'nls_iso8859_1', 'nls_cp437', 'nls_utf8'],
]
