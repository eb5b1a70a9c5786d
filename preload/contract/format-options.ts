import type { TargetFormat } from './disk.ts'

/** An option of `qemu-img convert -o` that may be given. Those that name other files are not among them. */
export interface FormatOption {
  readonly label: string
  /** What a value looks like. */
  readonly pattern: RegExp
  /** Values that people choose, with their words. */
  readonly choices: readonly (readonly [value: string, words: string])[]
}

const onOff = (label: string, on: string, off: string): FormatOption => ({
  label,
  pattern: /^(on|off)$/,
  choices: [
    ['on', on],
    ['off', off],
  ],
})
const SIZE = /^\d+[kKM]?$/
const sizes = (label: string, ...values: readonly string[]): FormatOption => ({
  label,
  pattern: SIZE,
  choices: values.map((value) => [value, value.replace(/[kK]$/, ' KiB').replace(/M$/, ' MiB')]),
})
const growth: FormatOption = {
  label: 'Space',
  pattern: /^(dynamic|fixed)$/,
  choices: [
    ['dynamic', 'Grows as it is used'],
    ['fixed', 'All of it now'],
  ],
}

/** The options of each format by their names in QEMU. */
export const formatOptions: Readonly<Record<TargetFormat, Readonly<Record<string, FormatOption>>>> = {
  raw: {
    preallocation: {
      label: 'Space',
      pattern: /^(off|falloc|full)$/,
      choices: [
        ['off', 'As it is written'],
        ['falloc', 'Reserved now'],
        ['full', 'Written with zeroes now'],
      ],
    },
  },
  qcow2: {
    cluster_size: sizes('Clusters', '4k', '16k', '64k', '128k', '256k', '512k', '1M', '2M'),
    preallocation: {
      label: 'Space',
      pattern: /^(off|metadata|falloc|full)$/,
      choices: [
        ['off', 'As it is written'],
        ['metadata', 'Tables now, data as it is written'],
        ['falloc', 'Reserved now'],
        ['full', 'Written with zeroes now'],
      ],
    },
    compat: {
      label: 'Version',
      pattern: /^(0\.10|1\.1|v2|v3)$/,
      choices: [
        ['1.1', '3, for QEMU 1.1 and newer'],
        ['0.10', '2, for older ones'],
      ],
    },
    lazy_refcounts: onOff('Reference counts', 'Written lazily: faster, checked after a crash', 'Written at once'),
    extended_l2: onOff('Subclusters', 'On: small writes to large clusters', 'Off'),
    refcount_bits: {
      label: 'Bits of a reference count',
      pattern: /^(1|2|4|8|16|32|64)$/,
      choices: (['1', '8', '16', '32', '64'] as const).map((bits) => [bits, bits] as const),
    },
    compression_type: {
      label: 'Compression of later writes',
      pattern: /^(zlib|zstd)$/,
      choices: [
        ['zlib', 'zlib'],
        ['zstd', 'zstd'],
      ],
    },
  },
  vmdk: {
    subformat: {
      label: 'Kind',
      pattern: /^(monolithicSparse|monolithicFlat|twoGbMaxExtentSparse|twoGbMaxExtentFlat|streamOptimized)$/,
      choices: [
        ['monolithicSparse', 'One file that grows'],
        ['monolithicFlat', 'One file of the whole size'],
        ['twoGbMaxExtentSparse', 'Pieces of 2 GiB that grow'],
        ['twoGbMaxExtentFlat', 'Pieces of 2 GiB'],
        ['streamOptimized', 'Compressed, for import and OVA'],
      ],
    },
    adapter_type: {
      label: 'Adapter',
      pattern: /^(ide|lsilogic|buslogic|legacyESX)$/,
      choices: [
        ['lsilogic', 'LSI Logic (SCSI)'],
        ['ide', 'IDE'],
        ['buslogic', 'BusLogic (SCSI)'],
        ['legacyESX', 'Of old ESX'],
      ],
    },
    compat6: onOff('Version', 'VMware 6', 'VMware 4'),
    zeroed_grain: onOff('Zeroes', 'Kept as a mark', 'Written'),
    hwversion: {
      label: 'Hardware version',
      pattern: /^\d{1,3}$/,
      choices: [
        ['4', '4'],
        ['6', '6'],
        ['11', '11'],
        ['21', '21'],
      ],
    },
  },
  vdi: { static: onOff('Space', 'All of it now', 'Grows as it is used') },
  vpc: { subformat: growth, force_size: onOff('Size', 'Exactly as it is', 'Rounded to cylinders') },
  vhdx: {
    subformat: growth,
    block_size: sizes('Blocks', '1M', '2M', '8M', '32M', '256M'),
    log_size: sizes('Log', '1M', '8M', '32M'),
    block_state_zero: onOff('Zeroes', 'Kept as a mark', 'Not marked'),
  },
  qed: { cluster_size: sizes('Clusters', '64k', '1M'), table_size: { label: 'Table', pattern: /^\d+$/, choices: [] } },
  parallels: { cluster_size: sizes('Clusters', '1M', '2M') },
}
