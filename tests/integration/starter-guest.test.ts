import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { bootStarter, missingForStarter, type StarterArchitecture, type StarterMachine } from './starter-machine.ts'

const natCard = ['-netdev', 'user,id=net0', '-device', 'virtio-net-pci,netdev=net0,romfile=']
const hotPlugPort = ['-device', 'pcie-root-port,id=spare,chassis=1,slot=1']
const address = /inet 10\.0\.2\.15\/24/

const architectures: readonly [StarterArchitecture, string][] = [
  ['x86_64', 'x86_64'],
  ['aarch64', 'aarch64'],
  ['arm', 'armv7l'],
]

test('the Starter is there for x86-64', () => {
  expect(missingForStarter('x86_64')).toBeUndefined()
})

describe.each(architectures)('the Starter for %s', (architecture, machineName) => {
  test.skipIf(missingForStarter(architecture))(
    'gives a shell, takes an address by DHCP and ends with poweroff',
    async () => {
      await using machine = await bootStarter(architecture, {}, natCard)
      expect(await machine.run('uname -m; hostname; tty')).toMatch(
        new RegExp(`^${machineName}\nstarter\n/dev/tty(S|AMA)0\n`),
      )
      await machine.runUntil('ip address show dev eth0', address)
      expect(await machine.run('ip route; cat /etc/resolv.conf')).toMatch(
        /default via 10\.0\.2\.2[^]*nameserver 10\.0\.2\.3/,
      )
      machine.type('poweroff\n')
      expect(await machine.ended()).toBe(0)
    },
  )

  test.skipIf(missingForStarter(architecture))('ends cleanly when its power button is pressed', async () => {
    await using machine = await bootStarter(architecture)
    await machine.runUntil('ps', /acpid/)
    await machine.qmp('system_powerdown')
    expect(await machine.ended()).toBe(0)
  })
})

describe('the Starter for x86-64', () => {
  test('sees a disk that is plugged in while it runs, and keeps files on it', async () => {
    await using machine = await bootStarter('x86_64', {}, hotPlugPort)
    await plugDisk(machine)
    await machine.runUntil('cat /proc/partitions', / 65536 vda\n/)
    expect(
      await machine.run('mke2fs /dev/vda >/dev/null; mount /dev/vda /mnt && echo kept >/mnt/file; umount /mnt'),
    ).toBe('')
    expect(await machine.run('mount /dev/vda /mnt && cat /mnt/file')).toBe('kept\n')
  })

  test('drives emulated hardware: an IDE disk, a CD and an e1000', async () => {
    await using machine = await bootStarter('x86_64', { args: ['-machine', 'pc'] }, [
      ...['-netdev', 'user,id=net0', '-device', 'e1000,netdev=net0,romfile='],
      ...['-blockdev', 'null-co,node-name=disk,size=67108864,read-zeroes=on', '-device', 'ide-hd,drive=disk,bus=ide.0'],
      ...['-device', 'ide-cd,bus=ide.1'],
    ])
    await machine.runUntil('cat /proc/partitions', / 65536 sda\n/)
    expect(await machine.runUntil('ls /sys/class/block', /sr0/)).toMatch(/sda/)
    expect(await machine.runUntil('ip address show dev eth0', address)).toMatch(/LOWER_UP/)
  })

  test('drives SATA, NVMe and virtio-scsi disks', async () => {
    const disk = (name: string, megabytes: number) => [
      '-blockdev',
      `null-co,node-name=${name},size=${megabytes * 2 ** 20},read-zeroes=on`,
    ]
    await using machine = await bootStarter('x86_64', {}, [
      ...[...disk('sata', 16), '-device', 'ide-hd,drive=sata,bus=ide.0'],
      ...[...disk('nvme', 32), '-device', 'nvme,drive=nvme,serial=starter'],
      ...[...disk('scsi', 48), '-device', 'virtio-scsi-pci', '-device', 'scsi-hd,drive=scsi'],
    ])
    await machine.runUntil('cat /proc/partitions', / 16384 sd/)
    expect(await machine.run('cat /proc/partitions')).toMatch(/(?=[^]* 32768 nvme0n1\n)(?=[^]* 49152 sd)/)
  })

  test('mounts a folder that is shared with it', async () => {
    const shared = ['-fsdev', 'local,id=share,path=.,security_model=none,readonly=on']
    await using machine = await bootStarter('x86_64', {}, [
      ...shared,
      '-device',
      'virtio-9p-pci,fsdev=share,mount_tag=lab',
    ])
    expect(await machine.run('mount -t 9p -o trans=virtio,ro lab /mnt && ls /mnt/package.json')).toBe(
      '/mnt/package.json\n',
    )
  })

  test('starts from the form of its kernel that UEFI firmware takes', async () => {
    await using machine = await bootStarter('x86_64', { kernel: 'vmlinuz.efi', args: ['-machine', 'q35'] })
    expect(await machine.run('uname -m')).toBe('x86_64\n')
  })

  test('runs jobs that Ctrl-C ends, with a shell on the screen as well', async () => {
    await using machine = await bootStarter('x86_64')
    machine.type('echo now && sleep 1000\n')
    await machine.readUntil('\r\nnow\r\n')
    machine.type('\u0003')
    await machine.readUntil('^C')
    expect(await machine.run('ps | grep -c "[s]leep 1000"')).toBe('0\n')
    expect(await machine.run('ls /run/greeted*')).toMatch(/tty1/)
  })
})

async function plugDisk(machine: StarterMachine): Promise<void> {
  const filename = join(machine.folder, 'hot.qcow2')
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', filename, '64M'])
  await machine.qmp('blockdev-add', { driver: 'qcow2', 'node-name': 'hot', file: { driver: 'file', filename } })
  await machine.qmp('device_add', { driver: 'virtio-blk-pci', bus: 'spare', drive: 'hot', id: 'hot-disk' })
}
