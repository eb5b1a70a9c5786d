import type { ContainerArchitecture } from '#contract/container'
import type { BinfmtEntry } from '#contract/elf'
import type { IdMap } from './lxc-config.ts'

/** What this host has for containers. Everything that is missing is a fact, too. */
export interface ContainerHost {
  readonly architecture: ContainerArchitecture
  /** Major and minor version of the kernel. */
  readonly kernel: readonly [number, number]
  readonly userName: string
  readonly uid: number
  /** Programs that are needed and not there. */
  readonly missingPrograms: readonly string[]
  /** undefined: this user has no range of numbers in /etc/subuid or /etc/subgid. */
  readonly idMap: IdMap | undefined
  /** Why user namespaces do not work; undefined: they do. */
  readonly namespacesForbidden: string | undefined
  /** Why a container cannot register emulators for itself; undefined: it can. */
  readonly ownBinfmtRefused: string | undefined
  readonly registrations: readonly BinfmtEntry[]
  /** Paths of the emulators. */
  readonly emulators: Readonly<Partial<Record<ContainerArchitecture, string>>>
  /** Why a container cannot have a network of its own with a way out; undefined: it can. */
  readonly natRefused: string | undefined
  /** Why limits cannot be set; undefined: they can. */
  readonly limitsRefused: string | undefined
  /** Limits need a start in a scope that the user's systemd makes. */
  readonly limitsInScope: boolean
  readonly home: string
}
