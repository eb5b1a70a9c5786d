import { expect, it } from 'vitest'

import { squashfsEntry, squashfsPattern } from '../../../../main/domain/container/squashfs-listing.ts'

const line = (start: string, end: string) => `${start} 2026-11-21 16:01 squashfs-root${end}`

it.each([
  [
    line('-rwsr-xr-x 0/0                   14000', '/usr/bin/su'),
    { name: 'usr/bin/su', type: 'file', sizeBytes: 14_000, mode: 0o6000, linkName: undefined },
  ],
  [
    line('lrwxrwxrwx 0/0                       4', '/bin -> usr/bin'),
    { name: 'bin', type: 'symlink', sizeBytes: 0, mode: 0, linkName: 'usr/bin' },
  ],
  [
    line('crw-r--r-- 0/0                   1,  3', '/dev/null'),
    { name: 'dev/null', type: 'character-device', sizeBytes: 0, mode: 0, linkName: undefined },
  ],
  [
    line('prw-r--r-- 1000/1000                   0', '/sp ace/fi fo'),
    { name: 'sp ace/fi fo', type: 'fifo', sizeBytes: 0, mode: 0, linkName: undefined },
  ],
  [line('drwxr-xr-x 0/0                      60', ''), undefined],
  ['half of a name', { name: 'half of a name', type: 'unknown', sizeBytes: 0, mode: 0, linkName: undefined }],
])('reads %s', (text, entry) => expect(squashfsEntry(text)).toEqual(entry))

it('makes names literal', () => {
  expect(squashfsPattern(String.raw`a*b[1]?\c`)).toBe(String.raw`a\*b\[1\]\?\\c`)
})
