import type { TargetFormat } from '#contract/disk'

/** The options of each format that may be given, with their values. Those that name other files are not among them. */
const formatOptions: Readonly<Record<TargetFormat, Readonly<Record<string, RegExp>>>> = {
  raw: { preallocation: /^(off|falloc|full)$/ },
  qcow2: {
    compat: /^(0\.10|1\.1|v2|v3)$/,
    cluster_size: /^\d+[kKM]?$/,
    preallocation: /^(off|metadata|falloc|full)$/,
    lazy_refcounts: /^(on|off)$/,
    refcount_bits: /^(1|2|4|8|16|32|64)$/,
    extended_l2: /^(on|off)$/,
    compression_type: /^(zlib|zstd)$/,
  },
  vmdk: {
    subformat: /^(monolithicSparse|monolithicFlat|twoGbMaxExtentSparse|twoGbMaxExtentFlat|streamOptimized)$/,
    adapter_type: /^(ide|lsilogic|buslogic|legacyESX)$/,
    hwversion: /^\d{1,3}$/,
    zeroed_grain: /^(on|off)$/,
    compat6: /^(on|off)$/,
  },
  vdi: { static: /^(on|off)$/ },
  vpc: { subformat: /^(dynamic|fixed)$/, force_size: /^(on|off)$/ },
  vhdx: {
    subformat: /^(dynamic|fixed)$/,
    block_size: /^\d+[kKM]?$/,
    log_size: /^\d+[kKM]?$/,
    block_state_zero: /^(on|off)$/,
  },
  qed: { cluster_size: /^\d+[kKM]?$/, table_size: /^\d+$/ },
  parallels: { cluster_size: /^\d+[kKM]?$/ },
}

/** What is wrong with an option, as a sentence; undefined when it is fine. */
export function optionProblem(format: TargetFormat, name: string, value: string): string | undefined {
  const known = formatOptions[format]
  const pattern = Object.hasOwn(known, name) ? known[name] : undefined
  if (!pattern) return `${format} has no option ${name} here; there are: ${Object.keys(known).join(', ')}`
  return pattern.test(value) ? undefined : `${name}=${value} is not a value of this option`
}
