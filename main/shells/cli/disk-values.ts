import { InvalidArgumentError } from 'commander'

import { type TargetFormat, targetFormatSchema } from '#contract/disk'

/** A format by the name that people know it by: `vhd` is QEMU's `vpc`. */
export function formatValue(text: string): TargetFormat {
  const parsed = targetFormatSchema.safeParse(text === 'vhd' ? 'vpc' : text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError('Give raw, qcow2, vmdk, vdi, vhd or vhdx.')
}

/** `name=value`. */
export function assignment(text: string): readonly [string, string] {
  const [, name, value] = /^([a-z][a-z0-9_]*)=(.+)$/.exec(text) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  throw new InvalidArgumentError('Give name=value, such as cluster_size=64k.')
}
