import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { vmDetailSchema } from '#contract/vm-state'
import { pack } from '../fixtures/hostile-disks/tar-file.ts'
import { CallRefused, openWorkbench, type Workbench } from '../support/disk-workbench.ts'

let bench: Workbench
const at = (name: string) => join(bench.path, name)
const specOf = async (id: unknown) => vmDetailSchema.parse(await bench.call('vm.show', { id: String(id) })).spec
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

/** As the standard has it, written by hand, in the manner of VMware's own exports. */
const byHand = `<?xml version="1.0"?>
<ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf">
  <ovf:References><ovf:File ovf:id="f1" ovf:href="one.vmdk"/><ovf:File ovf:id="f2" ovf:href="two.vmdk"/></ovf:References>
  <ovf:DiskSection>
    <ovf:Disk ovf:diskId="d1" ovf:fileRef="f1" ovf:capacity="8" ovf:capacityAllocationUnits="byte * 2^20"/>
    <ovf:Disk ovf:diskId="d2" ovf:fileRef="f2" ovf:capacity="8388608"/>
  </ovf:DiskSection>
  <ovf:VirtualSystem ovf:id="vm">
    <ovf:Name>Tom &amp; Jerry</ovf:Name>
    <ovf:VirtualHardwareSection>
      <ovf:Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></ovf:Item>
      <ovf:Item><rasd:AllocationUnits>MegaBytes</rasd:AllocationUnits><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>768</rasd:VirtualQuantity></ovf:Item>
      <ovf:Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>lsilogic</rasd:ResourceSubType><rasd:ResourceType>6</rasd:ResourceType></ovf:Item>
      <ovf:Item><rasd:HostResource>ovf:/disk/d1</rasd:HostResource><rasd:InstanceID>4</rasd:InstanceID><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></ovf:Item>
      <ovf:Item><rasd:HostResource>/disk/d2</rasd:HostResource><rasd:InstanceID>5</rasd:InstanceID><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></ovf:Item>
      <ovf:Item><rasd:ElementName>Floppy 1</rasd:ElementName><rasd:InstanceID>6</rasd:InstanceID><rasd:ResourceType>14</rasd:ResourceType></ovf:Item>
      <ovf:Item><rasd:InstanceID>7</rasd:InstanceID><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType></ovf:Item>
      <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="bios"/>
    </ovf:VirtualHardwareSection>
  </ovf:VirtualSystem>
</ovf:Envelope>`
let one: Buffer
let two: Buffer

beforeAll(async () => {
  bench = await openWorkbench()
  for (const [name, pattern] of [
    ['one', 17],
    ['two', 34],
  ] as const) {
    bench.img('create', '-q', '-f', 'raw', at(`${name}.raw`), '8M')
    execFileSync('qemu-io', ['-f', 'raw', '-c', `write -P ${pattern} 1M 2M`, at(`${name}.raw`)])
    bench.img(
      'convert',
      '-f',
      'raw',
      '-O',
      'vmdk',
      '-o',
      'subformat=streamOptimized',
      at(`${name}.raw`),
      at(`${name}.vmdk`),
    )
  }
  one = readFileSync(at('one.vmdk'))
  two = readFileSync(at('two.vmdk'))
}, 60_000)
afterAll(() => bench[Symbol.asyncDispose]())

describe('an appliance', () => {
  it('made by Petri becomes an equal machine again', async () => {
    const draft = {
      name: 'Ünïcode <&> "machine"',
      architecture: 'x86_64',
      memoryMiB: 640,
      cpu: { cores: 3 },
      disks: [
        { id: 'disk0', path: at('one.raw'), format: 'raw', bus: 'virtio' },
        { id: 'disk1', path: at('two.raw'), format: 'raw', bus: 'sata', cache: 'none' },
      ],
      networks: [
        {
          id: 'net0',
          model: 'virtio',
          backend: { kind: 'user', forwards: [{ protocol: 'tcp', hostPort: 2222, guestPort: 22 }] },
        },
      ],
      display: { kind: 'vnc', device: 'std' },
      notes: 'Two disks',
      tags: ['course'],
    } as const
    const made = await bench.call('vm.create', {
      draft: {
        ...draft,
        disks: [...draft.disks],
        networks: [
          ...draft.networks.map((card) => ({
            ...card,
            backend: { ...card.backend, forwards: [...card.backend.forwards] },
          })),
        ],
        tags: [...draft.tags],
      },
    })
    const id = typeof made === 'object' && made !== null && 'id' in made ? String(made.id) : ''
    const before = await specOf(id)
    const exported = await bench.run('disk.export', { id, target: at('machine.ova') })
    expect(exported).toMatchObject({ target: at('machine.ova'), dropped: [], disks: 2 })
    expect(execFileSync('tar', ['-tf', at('machine.ova')], { encoding: 'utf8' })).toBe(
      'machine.ovf\nmachine.mf\nmachine-disk1.vmdk\nmachine-disk2.vmdk\n',
    )
    const imported = await bench.run('disk.import', { path: at('machine.ova') })
    expect(imported).toMatchObject({ manifest: 'verified', dropped: [] })
    const after = await specOf(imported['id'])
    const own = { id: '', uuid: '', createdAt: '', disks: [] }
    expect({ ...after, ...own }).toEqual({ ...before, ...own })
    expect(after?.disks.map(({ bus, cache }) => [bus, cache])).toEqual([
      ['virtio', 'writeback'],
      ['sata', 'none'],
    ])
    const folder = vmDetailSchema.parse(await bench.call('vm.show', { id: String(imported['id']) })).folder
    for (const [index, name] of ['one', 'two'].entries())
      expect(
        bench.img('compare', '-f', 'raw', '-F', 'qcow2', at(`${name}.raw`), join(folder, `disk${index}.qcow2`)),
      ).toContain('identical')
    expect(readdirSync(at('home/data/disk-import'))).toEqual([])
  }, 120_000)

  it('of a suspended machine says that its memory is not in it', async () => {
    const made = await bench.call('vm.create', {
      draft: {
        ...{ name: 'asleep', architecture: 'x86_64', memoryMiB: 64, accelerator: 'tcg' },
        disks: [{ id: 'disk0', path: at('two.raw'), format: 'raw', bus: 'virtio' }],
      },
    })
    const id = typeof made === 'object' && made !== null && 'id' in made ? String(made.id) : ''
    await bench.call('vm.start', { id })
    await bench.call('vm.suspend', { id })
    expect(await bench.run('disk.export', { id, target: at('asleep.ova') })).toMatchObject({
      dropped: ['the saved memory, so that its disks are as after a power cut'],
    })
  }, 60_000)

  it('made by hand after the standard becomes a machine, and says what was left', async () => {
    const manifest = `SHA256(box.ovf)= ${sha256(byHand)}\nSHA256(one.vmdk)= ${sha256(one)}\nSHA256(two.vmdk)= ${sha256(two)}\n`
    writeFileSync(
      at('box.ova'),
      pack([
        { name: 'box.ovf', body: byHand },
        { name: 'one.vmdk', body: one },
        { name: 'two.vmdk', body: two },
        { name: 'box.mf', body: manifest },
      ]),
    )
    const imported = await bench.run('disk.import', { path: at('box.ova') })
    expect(imported).toMatchObject({
      manifest: 'verified',
      name: 'Tom & Jerry',
      dropped: ['a floppy drive (Floppy 1)', 'the SCSI controller lsilogic became SATA'],
    })
    expect(await specOf(imported['id'])).toMatchObject({
      memoryMiB: 768,
      cpu: { cores: 2 },
      disks: [{ bus: 'sata' }, { bus: 'sata' }],
      networks: [{ model: 'vmxnet3' }],
    })
  })

  it('may lie as an OVF with its files beside it', async () => {
    mkdirSync(at('loose'))
    writeFileSync(at('loose/box.ovf'), byHand)
    writeFileSync(at('loose/one.vmdk'), one)
    writeFileSync(at('loose/two.vmdk'), two)
    expect(await bench.run('disk.import', { path: at('loose/box.ovf'), name: 'Loose' })).toMatchObject({
      manifest: 'none',
      name: 'Loose',
    })
  })

  const disks = () => [
    { name: 'one.vmdk', body: one },
    { name: 'two.vmdk', body: two },
  ]
  it.each([
    [
      'a path',
      () => [
        { name: 'a.ovf', body: byHand },
        { name: '../one.vmdk', body: one },
      ],
      'with a path',
    ],
    [
      'two descriptions',
      () => [{ name: 'a.ovf', body: byHand }, { name: 'b.ovf', body: byHand }, ...disks()],
      '2 descriptions',
    ],
    ['none', () => disks(), '0 descriptions'],
    [
      'a wrong digest',
      () => [
        { name: 'a.ovf', body: byHand },
        ...disks(),
        { name: 'a.mf', body: `SHA256(one.vmdk)= ${'0'.repeat(64)}\n` },
      ],
      'not what its manifest says',
    ],
    [
      'a manifest that leaves a disk out',
      () => [{ name: 'a.ovf', body: byHand }, ...disks(), { name: 'a.mf', body: `SHA256(one.vmdk)= ${sha256(one)}\n` }],
      'leaves out two.vmdk',
    ],
    [
      'a manifest of another kind',
      () => [{ name: 'a.ovf', body: byHand }, ...disks(), { name: 'a.mf', body: 'hello\n' }],
      'a line that is none',
    ],
    [
      'entities',
      () => [{ name: 'a.ovf', body: `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${byHand}` }, ...disks()],
      'entities',
    ],
    [
      'a disk elsewhere',
      () => [{ name: 'a.ovf', body: byHand.replace('one.vmdk', '/etc/passwd') }, ...disks()],
      'outside the archive',
    ],
    [
      'a missing disk',
      () => [
        { name: 'a.ovf', body: byHand },
        { name: 'one.vmdk', body: one },
      ],
      'two.vmdk is missing',
    ],
    [
      'a link',
      () => [
        { name: 'a.ovf', body: byHand },
        { name: 'one.vmdk', body: '', linkTo: '/etc/passwd' },
      ],
      'no file',
    ],
    [
      'the same file twice',
      () => [{ name: 'a.ovf', body: byHand }, ...disks(), { name: 'one.vmdk', body: one }],
      'two files',
    ],
    [
      'a disk that names files',
      () => [
        { name: 'a.ovf', body: byHand },
        { name: 'two.vmdk', body: two },
        { name: 'one.vmdk', body: '# Disk DescriptorFile\ncreateType="monolithicFlat"\nRW 8 FLAT "/etc/passwd" 0\n' },
      ],
      'outside its folder',
    ],
    [
      'an end in the middle',
      () => [
        { name: 'a.ovf', body: byHand },
        { name: 'one.vmdk', body: one, claimedBytes: 2 ** 32 },
      ],
      'damaged',
    ],
  ])('with %s is refused and leaves nothing', async (_what, members, words) => {
    writeFileSync(at('bad.ova'), pack(members()))
    const library = JSON.stringify(await bench.call('vm.list', {}))
    const error: unknown = await bench.run('disk.import', { path: at('bad.ova') }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(CallRefused)
    expect(error instanceof CallRefused ? error.message : '').toContain(words)
    expect(JSON.stringify(await bench.call('vm.list', {}))).toBe(library)
    expect(readdirSync(at('home/data/disk-import'))).toEqual([])
  })
})
