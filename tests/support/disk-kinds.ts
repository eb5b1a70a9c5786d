import type { TargetFormat } from '#contract/disk'

/** Every format and sub-format that is written, by a name for files. */
export const diskKinds: readonly {
  readonly name: string
  readonly format: TargetFormat
  readonly options: Readonly<Record<string, string>>
}[] = [
  { name: 'raw', format: 'raw', options: {} },
  { name: 'qcow2-v3', format: 'qcow2', options: {} },
  { name: 'qcow2-v2', format: 'qcow2', options: { compat: '0.10' } },
  { name: 'qcow2-l2', format: 'qcow2', options: { extended_l2: 'on', cluster_size: '128k' } },
  { name: 'vmdk-sparse', format: 'vmdk', options: { subformat: 'monolithicSparse' } },
  { name: 'vmdk-flat', format: 'vmdk', options: { subformat: 'monolithicFlat' } },
  { name: 'vmdk-split', format: 'vmdk', options: { subformat: 'twoGbMaxExtentSparse' } },
  { name: 'vmdk-split-flat', format: 'vmdk', options: { subformat: 'twoGbMaxExtentFlat' } },
  { name: 'vmdk-stream', format: 'vmdk', options: { subformat: 'streamOptimized' } },
  { name: 'vdi', format: 'vdi', options: {} },
  { name: 'vdi-static', format: 'vdi', options: { static: 'on' } },
  { name: 'vhd', format: 'vpc', options: { subformat: 'dynamic' } },
  { name: 'vhd-fixed', format: 'vpc', options: { subformat: 'fixed' } },
  { name: 'vhdx', format: 'vhdx', options: { subformat: 'dynamic' } },
  { name: 'vhdx-fixed', format: 'vhdx', options: { subformat: 'fixed' } },
]
