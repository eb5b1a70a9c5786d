import type { CallParams, CallResult } from '#contract/api'
import type { DiskInfo } from '#contract/disk'
import type { Failure } from '#contract/failure'
import { vmDraftSchema } from '#contract/vm-spec'

type DiskCallName =
  | 'disk.info'
  | 'disk.list'
  | 'disk.map'
  | 'disk.plan'
  | 'disk.machine'
  | 'disk.convert'
  | 'disk.check'
  | 'disk.import'
  | 'disk.folder'
  | 'disk.files'
type DiskHandlers = { readonly [N in DiskCallName]: (params: CallParams<N>) => CallResult<N> }

const GIB = 1024 ** 3
const MIB = 1024 ** 2

/** Answers the calls about disks from a shelf of a few. `refuse` makes the error that the bridge turns into a failure. */
export function fakeDiskHandlers(refuse: (failure: Failure) => Error): DiskHandlers {
  const find = (path: string): DiskInfo => {
    const info = fakeDisks().find((disk) => disk.path === path)
    if (info !== undefined) return info
    throw refuse({ code: 'not-found', title: `There is no file ${path}` })
  }
  return {
    'disk.info': ({ path }) => find(path),
    'disk.list': ({ folder }) => {
      if (folder !== '/srv') throw refuse({ code: 'not-found', title: `There is no folder ${folder}` })
      return {
        files: fakeDisks().map(({ path, format, fileBytes, refusal }) => ({
          path,
          fileBytes,
          ...(format !== undefined && { format }),
          ...(refusal !== undefined && { refusal }),
        })),
        more: false,
      }
    },
    'disk.map': ({ path, cells = 512 }) => {
      const virtualBytes = find(path).virtualBytes ?? GIB
      return {
        virtualBytes,
        cellBytes: virtualBytes / cells,
        dataBytes: 0.4 * virtualBytes,
        zeroBytes: 0.6 * virtualBytes,
        extents: 412,
        cells: Array.from({ length: cells }, (_, index) => ({
          data: index % 7 < 3 ? ((index * 13) % 10) / 10 : 0,
          below: index % 31 === 0 ? 0.1 : 0,
        })),
      }
    },
    'disk.plan': ({ source, target, preset, format = 'qcow2' }) => {
      if (target === '/srv/there.qcow2')
        throw refuse({
          code: 'conflict',
          title: 'there.qcow2 exists already',
          evidence: '/srv/there.qcow2 (196624 bytes)',
          cause: 'Petri never overwrites a disk.',
          cure: { text: 'Choose another name, or remove it first.' },
        })
      const argv = [
        'qemu-img',
        'convert',
        '-p',
        '-t',
        'none',
        '-W',
        '-m',
        '16',
        '-f',
        'vmdk',
        '-O',
        format,
        source,
        target,
      ]
      return {
        sourceFormat: find(source).format ?? 'raw',
        format,
        virtualBytes: 20 * GIB,
        requiredBytes: 4.2 * GIB,
        freeBytes: 80 * GIB,
        argv,
        shell: argv.join(' '),
        explained: [
          ...(preset === undefined ? [] : [{ args: [], text: 'qcow2 grows as it is used and keeps snapshots.' }]),
          {
            args: ['-t', 'none'],
            text: 'Writes past the page cache: faster, and the rest of the system keeps its memory.',
          },
          { args: ['-W', '-m', '16'], text: 'Sixteen requests at a time, in any order.' },
        ],
      }
    },
    'disk.machine': ({ path }) => ({
      draft: vmDraftSchema.parse({ name: find(path).path, architecture: 'x86_64', memoryMiB: 2048 }),
      reasons: ['It has boot code for a BIOS.'],
    }),
    'disk.convert': () => ({ jobId: 'job-convert' }),
    'disk.check': () => ({ jobId: 'job-check' }),
    'disk.files': () => ({ jobId: 'job-files' }),
    'disk.folder': ({ partition, folder = '' }) => {
      if (partition !== 2) throw refuse({ code: 'not-found', title: 'This disk has not been listed' })
      const modified = '2026-01-02T03:04:05.000Z'
      const row = (name: string, kind: 'file' | 'folder' | 'link', sizeBytes = 0) => ({
        name,
        kind,
        sizeBytes,
        modified,
      })
      return {
        entries:
          folder === ''
            ? [
                row('etc', 'folder'),
                row('bin', 'link'),
                row(`a-file-whose-name-somebody-made-too-long-${'for-any-list-'.repeat(9)}.txt`, 'file', 3 * MIB),
              ]
            : [],
        more: false,
      }
    },
    'disk.import': () => ({ jobId: 'job-import' }),
  }
}

function fakeDisks(): readonly DiskInfo[] {
  const disk = (path: string, change: Partial<DiskInfo>): DiskInfo => ({
    path,
    kind: 'file',
    format: 'qcow2',
    virtualBytes: 20 * GIB,
    fileBytes: 3.4 * GIB,
    allocatedBytes: 3.4 * GIB,
    encrypted: false,
    dirty: false,
    corrupt: false,
    chain: [{ path, format: 'qcow2', virtualBytes: 20 * GIB, fileBytes: 3.4 * GIB }],
    extents: [],
    snapshots: [],
    partitionTable: { kind: 'unread', partitions: [], problems: [] },
    users: [],
    machines: [],
    advice: [],
    ...change,
  })
  return [
    disk('/srv/debian.vmdk', {
      format: 'vmdk',
      subformat: 'monolithicSparse',
      clusterBytes: 65_536,
      dirty: true,
      snapshots: [{ id: '1', name: 'before the upgrade', date: '2026-02-01T10:00:00.000Z', vmStateBytes: 0 }],
      partitionTable: {
        kind: 'gpt',
        partitions: [
          {
            number: 1,
            startBytes: MIB,
            sizeBytes: 512 * MIB,
            type: 'EFI system',
            name: 'ESP',
            bootable: false,
            fileSystem: { type: 'vfat' },
          },
          {
            number: 2,
            startBytes: 513 * MIB,
            sizeBytes: 19 * GIB,
            type: 'Linux',
            bootable: false,
            fileSystem: { type: 'ext4', label: 'root' },
          },
        ],
        problems: ['Partition 2 reaches beyond the end of the disk.'],
      },
      users: [{ pid: 4711, command: 'qemu-system-x86', writing: false, machine: 'web' }],
      advice: ['It was not closed properly: check it before you use it.'],
      machine: {
        firmware: 'uefi',
        bus: 'virtio',
        network: 'virtio',
        reasons: ['It has an EFI system partition and no boot code for a BIOS: UEFI.'],
      },
    }),
    disk('/srv/layer.qcow2', {
      refusal:
        'It needs another file: /srv/a-very-long-name-of-a-base-disk-that-somebody-gave-when-nobody-looked-2024-final-v2.qcow2',
      chain: [
        { path: '/srv/layer.qcow2', format: 'qcow2', fileBytes: 200 * MIB },
        {
          path: '/srv/a-very-long-name-of-a-base-disk-that-somebody-gave-when-nobody-looked-2024-final-v2.qcow2',
          format: 'qcow2',
          fileBytes: 2 * GIB,
        },
        { path: '/srv/base.raw', format: 'raw', fileBytes: 20 * GIB },
      ],
      advice: ['Petri leaves it closed.'],
    }),
    disk('/srv/box.ova', { format: 'ova', advice: ['Import it as a machine, or convert one of its disks.'] }),
    disk('/srv/windows.vhdx', {
      format: 'vhdx',
      subformat: 'dynamic',
      chain: [{ path: '/srv/windows.vhdx', format: 'vhdx' }],
      partitionTable: {
        kind: 'mbr',
        partitions: [
          {
            number: 1,
            startBytes: MIB,
            sizeBytes: 19 * GIB,
            type: 'NTFS or exFAT',
            bootable: true,
            fileSystem: { type: 'ntfs' },
          },
        ],
        problems: [],
      },
    }),
    disk('/srv/locked.qcow2', { encrypted: true, refusal: 'It is encrypted', advice: ['Petri leaves it closed.'] }),
    disk('/srv/hostile.qcow2', {
      refusal: 'Its data lies in another file (/etc/passwd)',
      chain: [
        { path: '/srv/hostile.qcow2', format: 'qcow2' },
        { path: 'json:{"driver":"nbd"}', problem: 'It names a network or special source.' },
      ],
      advice: ['Petri leaves it closed.'],
    }),
  ]
}
