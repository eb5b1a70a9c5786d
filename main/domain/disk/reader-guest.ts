import type { ReadableFileSystem } from '#contract/readable-file-systems'

/** What the small guest that reads a disk is asked for. `names`: beside the script, one a line, each beginning with `./`. */
export type ReaderWish =
  | { readonly kind: 'list'; readonly most: number }
  | { readonly kind: 'pack'; readonly bytes: number }

/**
 * File systems that the guest's kernel reads: its driver, and the options that keep it from writing (no journal is
 * replayed) and that show all there is (every subvolume of a btrfs).
 */
const drivers: Readonly<
  Record<ReadableFileSystem, { readonly module: string; readonly type?: string; readonly options: string }>
> = {
  ext2: { module: 'ext4', type: 'ext4', options: 'ro,noload' },
  ext3: { module: 'ext4', type: 'ext4', options: 'ro,noload' },
  ext4: { module: 'ext4', options: 'ro,noload' },
  xfs: { module: 'xfs', options: 'ro,norecovery,nouuid' },
  btrfs: { module: 'btrfs', options: 'ro,rescue=nologreplay,subvolid=5' },
  exfat: { module: 'exfat', options: 'ro,iocharset=utf8' },
  vfat: { module: 'vfat', options: 'ro,utf8' },
  iso9660: { module: 'isofs', options: 'ro,utf8' },
  squashfs: { module: 'squashfs', options: 'ro' },
}

/** Begins every line of the guest's that is for Petri. */
export const readerSign = 'petri-reader:'

/**
 * What the kernel runs instead of an init: drivers for disks, then the script on the second disk. No quotes and no `=`,
 * which the kernel would take for its own.
 */
export const readerInit =
  'rdinit=/bin/sh -- -c "/bin/busybox mount -t devtmpfs dev /dev; /bin/busybox modprobe virtio_pci; /bin/busybox modprobe virtio_blk; exec /bin/busybox sh /dev/vdb"'

/** The script for BusyBox's shell; it writes what was asked for to the virtio port and its end to the serial port. */
export function readerScript(wish: ReaderWish, fileSystem: ReadableFileSystem, partition: number): string {
  const device = `/dev/vda${partition === 0 ? '' : partition}`
  const { module, type = fileSystem, options } = drivers[fileSystem]
  return `/bin/busybox --install -s /bin
mount -t proc proc /proc
say() { echo "${readerSign} $*" > /dev/ttyS0 ; poweroff -f ; }
modprobe -a virtio_console crc32c_generic ${module} nls_cp437 nls_ascii nls_iso8859_1 nls_utf8 2>/dev/null
until [ -c /dev/vport*p1 ] ; do sleep 0.05 ; done
out=$(echo /dev/vport*p1)
[ -b ${device} ] || say no partition
mount -t ${type} -o ${options} ${device} /mnt || say not mounted
cd /mnt
${wish.kind === 'list' ? listing(wish.most) : packing(wish.bytes)}
say done
`
}

/** Names with a line feed are passed over; one more than the most tells that there are more. */
const listing = (most: number) => `find . -mindepth 1 ! -path '*
*' | head -n ${most + 1} | tr '\\n' '\\0' | xargs -0 -r stat -c '%f %s %Y %n' > $out`

/** BusyBox's tar takes names as arguments alone. */
const packing = (bytes: number) => `head -c ${bytes} /dev/vdc > /tmp/names
set --
while IFS= read -r name ; do set -- "$@" "$name" ; done < /tmp/names
tar -c -f $out "$@" 2> /dev/ttyS0 || say incomplete`
