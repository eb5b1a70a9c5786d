import { expect, test } from 'vitest'

import { readListing } from '../../../../main/domain/disk/read-listing.ts'

const names = (text: string, most = 100) => {
  const { tree, more } = readListing(text, most)
  return {
    more,
    folders: Object.fromEntries([...tree].map(([path, entries]) => [path, entries.map(({ name }) => name)])),
  }
}

test('folders come first, each with what is in it', () => {
  const text = [
    '81a4 6 1700000000 ./b',
    '41ed 1024 1700000000 ./z',
    '81a4 300 0 ./z/my file',
    'a1ff 3 0 ./link',
    '',
  ].join('\n')
  expect(names(text)).toEqual({ more: false, folders: { '': ['z', 'b', 'link'], z: ['my file'] } })
})

test.each(['81a4 6 0 ./../../etc/passwd', '81a4 6 0 /etc/passwd', '81a4 6 0 ./a//b', 'words', '81a4 6 0 ./bad\uFFFD'])(
  'passes over %s',
  (line) => expect(names(`${line}\n81a4 1 0 ./good\n`).folders).toEqual({ '': ['good'] }),
)

test('tells that there is more than was asked for', () => {
  expect(names('81a4 1 0 ./a\n81a4 1 0 ./b\n81a4 1 0 ./c\n', 2)).toEqual({ more: true, folders: { '': ['a', 'b'] } })
})

test('a time beyond every calendar is no crash', () => {
  expect(readListing('81a4 1 999999999999 ./a\n', 9).tree.get('')?.[0]?.modified).toMatch(/^\+?\d+-/)
})
