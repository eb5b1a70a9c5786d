/** File systems whose files Petri lists and copies out, as `mkfs.<type>` calls them. */
export const readableFileSystems = [
  ...(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'exfat', 'vfat', 'iso9660', 'squashfs'] as const),
]
export type ReadableFileSystem = (typeof readableFileSystems)[number]

export function isReadable(fileSystem: string): fileSystem is ReadableFileSystem {
  return readableFileSystems.some((each) => each === fileSystem)
}
