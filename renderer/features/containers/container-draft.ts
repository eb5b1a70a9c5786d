import type { CallParams } from '#contract/api'
import type { ContainerArchitecture, ContainerDraftInput } from '#contract/container'

export type SourceKind = 'debian' | 'file' | 'oci' | 'base'
export type Mount = NonNullable<ContainerDraftInput['mounts']>[number]
export type Port = NonNullable<ContainerDraftInput['ports']>[number]
type Limits = NonNullable<ContainerDraftInput['limits']>

/** What a person fills into the launcher. What was filled in for one kind of source stays while another is looked at. */
export interface Wishes {
  readonly name: string
  readonly architecture: ContainerArchitecture
  readonly sourceKind: SourceKind
  readonly suite: string
  readonly variant: 'minbase' | 'standard' | 'buildd'
  readonly packages: readonly string[]
  /** Of a tar file, a squashfs image, or, with `/` at its end, a folder. */
  readonly path: string
  readonly reference: string
  readonly baseId: string | undefined
  readonly network: 'auto' | 'none' | 'host' | 'nat'
  readonly mounts: readonly Mount[]
  readonly ports: readonly Port[]
  readonly limits: Limits
  readonly secretsConfirmed: boolean
}

export const firstWishes: Wishes = {
  name: '',
  architecture: 'armhf',
  sourceKind: 'debian',
  suite: 'bookworm',
  variant: 'minbase',
  packages: [],
  path: '',
  reference: '',
  baseId: undefined,
  network: 'auto',
  mounts: [],
  ports: [],
  limits: {},
  secretsConfirmed: false,
}

/** Debian releases that have an architecture, oldest first; others can be typed. */
export function suitesFor(architecture: ContainerArchitecture): readonly string[] {
  return releases.flatMap(({ suite, architectures }) => (architectures.includes(architecture) ? [suite] : []))
}

const common = ['amd64', 'arm64', 'armhf', 'i386', 'ppc64el', 's390x'] as const
const releases: readonly { readonly suite: string; readonly architectures: readonly ContainerArchitecture[] }[] = [
  { suite: 'bookworm', architectures: [...common, 'armel', 'mips64el', 'mipsel'] },
  { suite: 'trixie', architectures: [...common, 'armel', 'riscv64'] },
  { suite: 'sid', architectures: [...common, 'riscv64', 'loong64'] },
]

/** The name that the container gets when none is typed: what it is, and a number when that is taken. */
export function suggestedName({ architecture, sourceKind, suite }: Wishes, taken: readonly string[]): string {
  const first = `${sourceKind === 'debian' && suite !== '' ? suite : 'box'}-${architecture}`
  let name = first
  for (let number = 2; taken.includes(name); number += 1) name = `${first}-${number}`
  return name
}

/** What is still missing, in words; undefined: nothing. */
export function missingWords({ sourceKind, suite, path, reference, baseId }: Wishes): string | undefined {
  if (sourceKind === 'debian' && suite.trim() === '') return 'A release is missing.'
  if (sourceKind === 'file' && path.trim() === '') return 'The file is missing.'
  if (sourceKind === 'oci' && reference.trim() === '') return 'The image is missing.'
  if (sourceKind === 'base' && baseId === undefined) return 'Nothing is chosen.'
  return undefined
}

/** The wishes as a draft; what does not fit becomes a problem in the preview, which checks it. */
export function draftFrom(wishes: Wishes, name: string): CallParams<'container.create'>['draft'] {
  const { architecture, network, secretsConfirmed, limits, mounts, ports } = wishes
  return {
    name,
    architecture,
    network,
    secretsConfirmed,
    source: sourceFrom(wishes),
    mounts: [...mounts],
    ports: [...ports],
    limits,
  }
}

function sourceFrom(wishes: Wishes): ContainerDraftInput['source'] {
  switch (wishes.sourceKind) {
    case 'debian':
      return { kind: 'debian', suite: wishes.suite.trim(), variant: wishes.variant, packages: [...wishes.packages] }
    case 'file': {
      const path = wishes.path.trim()
      return path.endsWith('/') ? { kind: 'folder', path } : { kind: 'file', path }
    }
    case 'oci':
      return { kind: 'oci', reference: wholeReference(wishes.reference.trim()) }
    case 'base':
      return { kind: 'base', baseId: wishes.baseId ?? '' }
  }
}

/** `debian:12` is of a registry, a path is an archive in the standard's own form. */
function wholeReference(text: string): string {
  if (/^(docker:\/\/|oci-archive:|docker-archive:|oci:)/.test(text)) return text
  return text.startsWith('/') ? `oci-archive:${text}` : `docker://${text}`
}
