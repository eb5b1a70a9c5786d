import { describe, expect, it } from 'vitest'

import { diffOptions } from '../../../../main/services/vm/diff-options.ts'

const before = [['qemu'], ['-m', '256'], ['-smp', '1'], ['-device', '{"driver":"virtio-net","id":"a"}']]

describe('the difference of two commands', () => {
  it('is nothing for the same command', () => {
    expect(diffOptions(before, structuredClone(before)).map(({ kind }) => kind)).toEqual([
      'same',
      'same',
      'same',
      'same',
    ])
  })

  it('names what went and what came, in place', () => {
    const now = [['qemu'], ['-m', '512'], ['-smp', '1'], ['-no-reboot']]
    expect(diffOptions(before, now)).toEqual([
      { kind: 'same', args: ['qemu'] },
      { kind: 'removed', args: ['-m', '256'] },
      { kind: 'added', args: ['-m', '512'] },
      { kind: 'same', args: ['-smp', '1'] },
      { kind: 'removed', args: ['-device', '{"driver":"virtio-net","id":"a"}'] },
      { kind: 'added', args: ['-no-reboot'] },
    ])
  })

  it('does not take two words for one', () => {
    expect(diffOptions([['-a b']], [['-a', 'b']]).map(({ kind }) => kind)).toEqual(['removed', 'added'])
  })
})
