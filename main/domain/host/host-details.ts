/** What this host's kernel and files say about running guests, gathered by `services/host`; nothing here was tried out. */
export interface HostDetails {
  /** Loaded kernel modules among those that matter to hypervisors: `kvm_intel`, `vboxdrv`, ... */
  readonly modules: readonly string[]
  /** Flags of the first processor among `vmx`, `svm`, `hypervisor`. */
  readonly cpuFlags: readonly string[]
  readonly cpuName: string | undefined
  /** `/dev/kvm` as it stands; undefined: there is none. `mode` in octal, without the file type. */
  readonly kvmDevice: { readonly mode: string; readonly group: string; readonly openable: boolean } | undefined
  /** `parameters/nested` of the loaded module: `Y`, `N`, `1`, `0`. */
  readonly nested: string | undefined
  readonly kernelRelease: string
  readonly userNamespaces: {
    /** Undefined: they can be made; otherwise what the attempt said. */
    readonly failure: string | undefined
    readonly max: string | undefined
    readonly clone: string | undefined
    readonly appArmor: string | undefined
  }
  readonly user: string
  readonly subUids: readonly SubIdRange[]
  readonly subGids: readonly SubIdRange[]
  readonly hasIdMapTools: boolean
  /** Names registered in the host's binfmt_misc; undefined: it is not mounted. */
  readonly binfmt: readonly string[] | undefined
  /** Architectures for which an emulator of single programs is installed. */
  readonly userEmulators: readonly string[]
  readonly ksm: { readonly run: string; readonly pagesSharing: number; readonly pageBytes: number } | undefined
  readonly hugePages: { readonly total: number; readonly free: number; readonly sizeKiB: number } | undefined
  /** The chosen word of `transparent_hugepage/enabled`. */
  readonly transparentHugePages: string | undefined
  /** Programs looked for, by the package that brings them; false: not found. */
  readonly programs: readonly { readonly package: string; readonly purpose: string; readonly found: boolean }[]
}

/** Ids that a user may map into containers: `count` of them from `first` on. */
export interface SubIdRange {
  readonly first: number
  readonly count: number
}
