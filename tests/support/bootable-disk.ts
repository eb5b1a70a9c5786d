import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MIB = 1024 * 1024
const SECTOR_BYTES = 512
/** Where the first partition begins, and how large both are. */
const START_MIB = 1
const BOOT_MIB = 48
const DATA_MIB = 15

const starter = fileURLToPath(new URL('../../dist/starter/x86_64', import.meta.url))
const bios = { loader: '/usr/bin/syslinux', record: '/usr/lib/SYSLINUX/mbr.bin' }
const efi = {
  loader: '/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi',
  modules: '/usr/lib/syslinux/modules/efi64/ldlinux.e64',
}

/** What is not installed here of all that a bootable disk is made with. */
export function missingForBootableDisks(): readonly string[] {
  const needed = [bios.loader, bios.record, efi.loader, efi.modules, '/usr/bin/mcopy', '/sbin/mkfs.vfat', starter]
  return needed.filter((path) => !existsSync(path))
}

/**
 * Makes a raw disk of 64 MiB with a partition table, the Starter's kernel behind SYSLINUX on a FAT partition and an ext4
 * partition with data, that boots to a shell on the first serial port with a BIOS or with UEFI. `folder` is for what it is
 * made of.
 */
export function makeBootableDisk(path: string, firmware: 'bios' | 'uefi', folder: string): void {
  const boot = join(folder, `boot-${firmware}.fat`)
  const data = join(folder, `data-${firmware}.ext4`)
  execFileSync('/sbin/mkfs.vfat', ['-F', '32', '-s', '1', '-n', 'BOOT', '-C', boot, String(BOOT_MIB * 1024)], {
    stdio: 'pipe',
  })
  const { commandLine } = JSON.parse(readFileSync(join(starter, 'manifest.json'), 'utf8'))
  const config = join(folder, 'syslinux.cfg')
  const lines = ['DEFAULT linux', 'LABEL linux', 'KERNEL /vmlinuz', 'INITRD /initrd.img', `APPEND ${commandLine}`]
  writeFileSync(config, `${lines.join('\n')}\n`)
  const put = (from: string, to: string) => execFileSync('mcopy', ['-i', boot, from, `::${to}`])
  put(join(starter, 'vmlinuz.efi'), '/vmlinuz')
  put(join(starter, 'initrd.img'), '/initrd.img')
  if (firmware === 'bios') {
    put(config, '/syslinux.cfg')
    execFileSync(bios.loader, ['--install', boot])
  } else {
    execFileSync('mmd', ['-i', boot, '::/EFI', '::/EFI/BOOT'])
    put(efi.loader, '/EFI/BOOT/BOOTX64.EFI')
    put(efi.modules, '/EFI/BOOT/ldlinux.e64')
    put(config, '/EFI/BOOT/syslinux.cfg')
  }
  execFileSync('/sbin/mke2fs', ['-q', '-t', 'ext4', '-L', 'DATA', data, `${DATA_MIB}M`])
  const disk = Buffer.alloc((START_MIB + BOOT_MIB + DATA_MIB) * MIB)
  if (firmware === 'bios') readFileSync(bios.record).copy(disk)
  const bootType = firmware === 'bios' ? 0x0c : 0xef
  writePartition(disk, 0, { type: bootType, startMiB: START_MIB, sizeMiB: BOOT_MIB, active: firmware === 'bios' })
  writePartition(disk, 1, { type: 0x83, startMiB: START_MIB + BOOT_MIB, sizeMiB: DATA_MIB, active: false })
  disk.writeUInt16LE(0xaa55, 510)
  readFileSync(boot).copy(disk, START_MIB * MIB)
  readFileSync(data).copy(disk, (START_MIB + BOOT_MIB) * MIB)
  writeFileSync(path, disk)
}

/** An entry of the master boot record, with sectors by number alone. */
function writePartition(
  disk: Buffer,
  index: number,
  {
    active,
    sizeMiB,
    startMiB,
    type,
  }: { readonly type: number; readonly startMiB: number; readonly sizeMiB: number; readonly active: boolean },
): void {
  const at = 446 + index * 16
  disk.writeUInt8(active ? 0x80 : 0, at)
  disk.writeUInt8(type, at + 4)
  disk.writeUInt32LE((startMiB * MIB) / SECTOR_BYTES, at + 8)
  disk.writeUInt32LE((sizeMiB * MIB) / SECTOR_BYTES, at + 12)
}
