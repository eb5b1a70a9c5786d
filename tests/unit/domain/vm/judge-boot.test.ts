import { describe, expect, test } from 'vitest'

import { judgeBoot, plainText, vgaText } from '../../../../main/domain/vm/judge-boot.ts'

describe('how far a guest came', () => {
  test.each([
    ['system', 'Debian GNU/Linux 12 web ttyS0\n\nweb login: ', ''],
    ['system', '[    1.2] Linux version 6.1\nroot@starter:~# ', ''],
    ['system', '', 'Starting MS-DOS...\nC:\\>'],
    ['system', 'web login: \n[    9.1] random: crng init done\n', ''],
    ['kernel', 'GRUB loading.\n[    0.000000] Linux version 6.1.0-13-amd64 (debian-kernel)\n[    0.5] pci', ''],
    [
      'stopped',
      'Linux version 6.1\nKernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
      '',
    ],
    ['loader', '', '                GNU GRUB  version 2.06\n *Debian'],
    ['nothing', '', 'SeaBIOS (version 1.16.2)\nBooting from Hard Disk...\nNo bootable device.'],
    ['nothing', 'BdsDxe: No bootable option or device was found.', ''],
    ['unclear', 'loaded 50%', 'SeaBIOS (version 1.16.2)'],
  ])('%s', (verdict, serial, screen) => {
    expect(judgeBoot(serial, screen).verdict).toBe(verdict)
  })

  test('quotes at most 200 characters, and says where they stood', () => {
    const judged = judgeBoot('', `GNU GRUB ${'x'.repeat(500)}`)
    expect([judged.words.length, judged.seenOn]).toEqual([200, 'screen'])
  })
})

test('serial output loses its colours and what steers a terminal', () => {
  expect(plainText('\u001B[1;32mok\u001B[0m\r\n\u001B]0;title\u0007\u0008web login: \u001B[6n')).toBe('ok\nweb login: ')
})

test('the text of a VGA screen is every other byte of its memory', () => {
  const memory = new Uint8Array(4000).fill(0x20)
  for (const [index, letter] of [...'No bootable device.'].entries()) memory[160 + index * 2] = letter.charCodeAt(0)
  expect(vgaText(memory)).toBe('No bootable device.')
})
