/** Types of partitions by MBR code or GPT identifier, those that people meet. */
const names: Readonly<Record<string, string>> = {
  '1': 'FAT12',
  '4': 'FAT16',
  '5': 'Extended',
  '6': 'FAT16',
  '7': 'NTFS or exFAT',
  b: 'FAT32',
  c: 'FAT32',
  e: 'FAT16',
  f: 'Extended',
  '27': 'Windows recovery',
  '41': 'PowerPC boot',
  '82': 'Linux swap',
  '83': 'Linux',
  '85': 'Extended',
  '8e': 'Linux LVM',
  a5: 'FreeBSD',
  a6: 'OpenBSD',
  a9: 'NetBSD',
  af: 'Apple HFS',
  ef: 'EFI system',
  fd: 'Linux RAID',
  'c12a7328-f81f-11d2-ba4b-00a0c93ec93b': 'EFI system',
  '21686148-6449-6e6f-744e-656564454649': 'BIOS boot',
  'e3c9e316-0b5c-4db8-817d-f92df00215ae': 'Microsoft reserved',
  'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7': 'Microsoft basic data',
  'de94bba4-06d1-4d40-a16a-bfd50179d6ac': 'Windows recovery',
  '0fc63daf-8483-4772-8e79-3d69d8477de4': 'Linux',
  '4f68bce3-e8cd-4db1-96e7-fbcaf984b709': 'Linux root (x86-64)',
  '44479540-f297-41b2-9af7-d131d5f0458a': 'Linux root (x86)',
  'b921b045-1df0-41c3-af44-4c6f280d3fae': 'Linux root (arm64)',
  '69dad710-2ce4-4e3c-b16c-21a1d49abed3': 'Linux root (arm)',
  '72ec70a6-cf74-40e6-bd49-4bda08e8f224': 'Linux root (riscv64)',
  'bc13c2ff-59e6-4262-a352-b275fd6f7172': 'Linux boot (extended)',
  '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f': 'Linux swap',
  'e6d6d379-f507-44c2-a23c-238f2a3df928': 'Linux LVM',
  'a19d880f-05fc-4d3b-a006-743f0f84911e': 'Linux RAID',
  '516e7cb6-6ecf-11d6-8ff8-00022d09712b': 'FreeBSD UFS',
  '516e7cba-6ecf-11d6-8ff8-00022d09712b': 'FreeBSD ZFS',
  '83bd6b9d-7f41-11dc-be0b-001560b84f0f': 'FreeBSD boot',
  '48465300-0000-11aa-aa11-00306543ecac': 'Apple HFS+',
  '7c3457ef-0000-11aa-aa11-00306543ecac': 'Apple APFS',
  '9e1a2d38-c612-4316-aa26-8b49521e5a8b': 'PowerPC PReP boot',
}

/** An MBR code or a GPT identifier in words, or the code itself. */
export function partitionTypeName(type: number | string): string {
  const key = typeof type === 'number' ? type.toString(16) : type
  return names[key] ?? (typeof type === 'number' ? `type 0x${key.padStart(2, '0')}` : `type ${key}`)
}

/** The type in words of a partition that firmware of the kind UEFI boots from. */
export const efiSystemType = 'EFI system'
