import type { VmArchitecture } from '#contract/vm-spec'

import type { DiskHeader } from './disk-header.ts'

/** What `planVm` needs to know about this host, gathered by `services/host`. Pure data; every path is absolute. */
export interface HostFacts {
  /** QEMU's name of the host's own architecture. */
  readonly architecture: VmArchitecture
  readonly cpus: number
  readonly memoryMiB: number
  /** Installed system emulators. Absent: not installed. `version` as `[7, 2, 22]`. */
  readonly emulators: Partial<Record<VmArchitecture, Emulator>>
  /** Absolute path of bwrap; undefined: not installed. */
  readonly bwrapPath: string | undefined
  /** Absolute path of swtpm; undefined: not installed. */
  readonly swtpmPath: string | undefined
  /** Absolute path of virtiofsd; absent: it, or what it needs to run without root, is not installed. */
  readonly virtiofsdPath?: string | undefined
  /** Whether a guest really ran under KVM in this boot of the host, with the reason as a sentence. */
  readonly kvm: { readonly usable: boolean; readonly reason: string }
  readonly firmwares: readonly FirmwareFacts[]
  /** Folders below / that are symbolic links into /usr on this host, e.g. `{ '/lib64': 'usr/lib64' }`; the others exist as folders. */
  readonly rootLinks: Readonly<Record<string, string>>
}

export interface Emulator {
  readonly path: string
  readonly version: readonly [number, number, number]
}

/** One UEFI build, from QEMU's firmware descriptors (`/usr/share/qemu/firmware/*.json`, see docs/interop/firmware.json). */
export interface FirmwareFacts {
  readonly architecture: VmArchitecture
  /** Machine types as globs, as in the descriptor: `pc-q35-*`, `virt-*`. */
  readonly machines: readonly string[]
  readonly codePath: string
  readonly codeFormat: 'raw' | 'qcow2'
  readonly varsTemplatePath: string | undefined
  readonly varsTemplateFormat: 'raw' | 'qcow2'
  readonly secureBoot: boolean
  readonly enrolledKeys: boolean
  readonly requiresSmm: boolean
}

/** What was found at one path that a spec mentions. */
export type FileFacts =
  | { readonly kind: 'missing' }
  /** `realPath`: where it is, links followed, when that is another place than its path says. */
  | { readonly kind: 'directory'; readonly realPath?: string | undefined }
  | { readonly kind: 'fifo' | 'socket' | 'character-device' | 'block-device' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | {
      readonly kind: 'file'
      readonly sizeBytes: number
      readonly readable: boolean
      readonly writable: boolean
      /** What the header gate found inside: the format by its magic, and what makes the file refer to others. */
      readonly header: DiskHeader
      /** Who holds the file open for writing, in words (`machine "web"`, `qemu-img, process 4711`); undefined: nobody. */
      readonly heldBy: string | undefined
    }

/** Everything gathered about one machine before it is planned. Keys of `files` are the paths as the spec writes them. */
export interface VmFacts {
  readonly host: HostFacts
  readonly files: Readonly<Record<string, FileFacts>>
  /** Host ports taken by others: key `tcp:8080`, value who holds it, in words. */
  readonly portHolders: Readonly<Record<string, string>>
  /** Absolute folder of the machine, holding machine.json and its own disks. */
  readonly vmFolder: string
  /** Absolute folder with this start's sockets; bound at /run/petri inside the sandbox. */
  readonly runtimeFolder: string
  /** Distinguishes this start: part of every socket's and the pid file's name. 8 hex digits. */
  readonly nonce: string
}
