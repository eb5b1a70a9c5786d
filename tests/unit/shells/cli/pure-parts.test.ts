import { vmDraftSchema, vmSpecSchema } from '#contract/vm-spec'
import { describe, expect, it } from 'vitest'

import { CliFailure } from '../../../../main/shells/cli/cli-failure.ts'
import { draftFromOptions } from '../../../../main/shells/cli/draft-from-options.ts'
import { failureText } from '../../../../main/shells/cli/failure-text.ts'
import { chooseMachine } from '../../../../main/shells/cli/find-machine.ts'
import { stateWord } from '../../../../main/shells/cli/machine-row.ts'
import {
  diskValue,
  forwardValue,
  memoryMiBValue,
  nicValue,
  sizeBytesValue,
} from '../../../../main/shells/cli/option-values.ts'
import { safeText } from '../../../../main/shells/cli/safe-text.ts'
import { changedSpec } from '../../../../main/shells/cli/set-command.ts'
import { tableText } from '../../../../main/shells/cli/table-text.ts'
import { fakeMachine } from '../../../fakes/fake-app.ts'

const surroundings = { name: 'x', hostArchitecture: 'x86_64', workingFolder: '/lab', base: {} } as const

describe('create options', () => {
  it('express the classic emulated recipe', () => {
    const { draft, newDisks } = draftFromOptions({ preset: 'emulated', diskSize: 2 ** 30 }, surroundings)
    expect(vmDraftSchema.parse(draft)).toMatchObject({
      machineType: 'pc',
      disks: [{ id: 'disk0', path: 'disk0.qcow2', format: 'qcow2', bus: 'ide' }],
      networks: [{ model: 'e1000', backend: { kind: 'user' } }],
      display: { kind: 'vnc', device: 'std' },
      balloon: false,
    })
    expect(newDisks).toEqual({ disk0: 2 ** 30 })
  })

  it('express the paravirtual recipe', () => {
    const options = { preset: 'paravirtual', disk: [diskValue('/d/a,b.raw,discard=unmap')], cpu: 'host' } as const
    expect(vmDraftSchema.parse(draftFromOptions(options, surroundings).draft)).toMatchObject({
      cpu: { model: 'host' },
      disks: [{ path: '/d/a,b.raw', format: 'raw', bus: 'virtio', discard: 'unmap' }],
      networks: [{ model: 'virtio' }],
      display: { kind: 'vnc', device: 'virtio-vga' },
      balloon: true,
    })
  })

  it('make relative paths absolute and keep a kernel boot without a screen', () => {
    const { draft } = draftFromOptions({ kernel: 'vmlinuz', initrd: '../i.img', append: 'quiet' }, surroundings)
    expect(vmDraftSchema.parse(draft)).toMatchObject({
      kernel: { kernelPath: '/lab/vmlinuz', initrdPath: '/i.img', commandLine: 'quiet' },
      display: { kind: 'none' },
    })
  })

  it('go over a description that is given, and leave the rest of it', () => {
    const base = { name: 'old', architecture: 'arm', memoryMiB: 64, networks: [], notes: 'kept' }
    const { draft } = draftFromOptions({ memory: 128 }, { ...surroundings, base })
    expect(draft).toEqual({ ...base, name: 'x', memoryMiB: 128 })
  })

  it('put --forward on the first card that has a network', () => {
    const options = { nic: [nicValue('none'), nicValue('user,model=e1000')], forward: [forwardValue('8080:80')] }
    expect(vmDraftSchema.parse(draftFromOptions(options, surroundings).draft).networks).toMatchObject([
      { backend: { kind: 'none' } },
      { model: 'e1000', backend: { forwards: [{ hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 }] } },
    ])
  })
})

describe('option values', () => {
  it('read sizes as QEMU writes them', () => {
    expect([sizeBytesValue('8G'), sizeBytesValue('1.5k'), sizeBytesValue('512')]).toEqual([2 ** 33, 1536, 512])
    expect([memoryMiBValue('256'), memoryMiBValue('2G'), memoryMiBValue('512M')]).toEqual([256, 2048, 512])
  })

  it.each(['', '-1', 'x', '8X', '0', '1e3'])('refuse the size "%s"', (text) => {
    expect(() => sizeBytesValue(text)).toThrow(/size/)
  })

  it.each([
    ['8080:80', 'tcp', '127.0.0.1', 8080, 80],
    ['udp:5353:53', 'udp', '127.0.0.1', 5353, 53],
    ['tcp:0.0.0.0:22:2222', 'tcp', '0.0.0.0', 22, 2222],
  ])('read the forward %s', (text, protocol, hostAddress, hostPort, guestPort) => {
    expect(forwardValue(text)).toEqual({ protocol, hostAddress, hostPort, guestPort })
  })

  it.each(['80', '0:80', '80:70000', 'sctp:1:1', 'host:1:1'])('refuse the forward %s', (text) => {
    expect(() => forwardValue(text)).toThrow(/HOSTPORT:GUESTPORT/)
  })

  it('refuse unknown values of a disk by name', () => {
    expect(() => diskValue('/a,bus=scsi')).toThrow(/bus/)
    expect(diskValue('/a,unknown=1')).toEqual({ path: '/a,unknown=1' })
  })
})

describe('set', () => {
  const spec = vmSpecSchema.parse({
    version: 1,
    id: 'x',
    uuid: '6f1f1a4e-52a3-4d5e-9b1c-1f2e3d4c5b6a',
    name: 'X',
    createdAt: '2026-01-02T03:04:05.000Z',
    architecture: 'x86_64',
    memoryMiB: 256,
    machineType: 'pc',
    disks: [{ id: 'disk0', path: 'a.qcow2', format: 'qcow2', bus: 'virtio' }],
  })

  it('changes fields by their paths, grows lists, and keeps text that looks like a number', () => {
    const changed = changedSpec(
      spec,
      ['memoryMiB=512', 'cpu.cores=2', 'disks[0].cache=none', 'tags[0]=lab', 'notes=42', 'name=a=b'],
      ['machineType'],
    )
    expect(changed).toMatchObject({ memoryMiB: 512, cpu: { cores: 2 }, tags: ['lab'], notes: '42', name: 'a=b' })
    expect(changed.disks[0]?.cache).toBe('none')
    expect(changed.machineType).toBeUndefined()
  })

  it('removes a list entry', () => {
    expect(changedSpec(spec, [], ['disks[0]']).disks).toEqual([])
  })

  it('reports everything at once', () => {
    const attempt = (): unknown =>
      changedSpec(spec, ['memoryMiB=much', 'cpu.cores=0', 'disks[4].id=x', 'name.x=1', 'foo=1', 'nonsense'], ['a b'])
    expect(attempt).toThrow(CliFailure)
    const fields = failureOf(attempt).problems?.map(({ field }) => field)
    expect(fields).toEqual(
      expect.arrayContaining(['memoryMiB', 'cpu.cores', 'disks[4]', 'name.x', 'foo', 'nonsense', 'a b']),
    )
  })
})

describe('names', () => {
  const entries = [fakeMachine('web', 'Web'), fakeMachine('a', 'db'), fakeMachine('b', 'db'), fakeMachine('c', 'web')]

  it('mean an id first, then an exact name', () => {
    expect(chooseMachine(entries, 'web').name).toBe('Web')
    expect(chooseMachine(entries, 'Web').id).toBe('web')
    expect(chooseMachine([fakeMachine('x', 'Starter')], 'starter').id).toBe('x')
  })

  it('that several machines have are refused with the ids to choose from', () => {
    expect(failureOf(() => chooseMachine(entries, 'db'))).toMatchObject({
      code: 'bad-request',
      cause: 'They are: a, b',
    })
  })

  it('are never completed', () => {
    expect(failureOf(() => chooseMachine(entries, 'we')).code).toBe('not-found')
  })
})

describe('text for a terminal', () => {
  it('cannot steer it', () => {
    expect(safeText('a\u001b[31m\u202eb\nc')).toBe('a\uFFFD[31m\uFFFDb\uFFFDc')
    expect(safeText('a\n\tb\u0007', { lines: true })).toBe('a\n\tb\uFFFD')
    const failure = { code: 'internal', title: 'x\u001b]0;y\u0007', raw: 'one\n\u001b[2Jtwo' } as const
    // oxlint-disable-next-line no-control-regex -- they must not be there
    expect(failureText(failure, (_format, text) => text)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('is aligned by what it looks like and cut to the width', () => {
    const rows = [
      ['日本', 'x'],
      ['abc', 'y'],
    ]
    expect(tableText(rows, undefined)).toBe('日本  x\nabc   y\n')
    expect(
      tableText(
        [
          ['a'.repeat(40), 'id'],
          ['日'.repeat(20), 'id'],
        ],
        20,
      ),
    ).toBe(`${'a'.repeat(15)}…  id\n${'日'.repeat(7)}…   id\n`)
  })
})

describe('state words', () => {
  const at = '2026-01-02T03:04:05.000Z'
  it('tell a crash from a stop', () => {
    expect(stateWord({ kind: 'stopped' })).toBe('stopped')
    expect(stateWord({ kind: 'stopped', lastExit: { kind: 'crashed', message: '', at } })).toBe('crashed')
    expect(stateWord({ kind: 'stopped', lastExit: { kind: 'guest-shutdown', message: '', at } })).toBe('stopped')
    expect(stateWord({ kind: 'not-answering', pid: 1, since: at })).toBe('running')
  })
})

function failureOf(attempt: () => unknown): CliFailure['failure'] {
  try {
    attempt()
  } catch (error) {
    if (error instanceof CliFailure) return error.failure
    throw error
  }
  throw new Error('nothing was refused')
}
