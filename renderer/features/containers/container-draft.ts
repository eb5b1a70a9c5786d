import type { ContainerArchitecture } from '#contract/container'

/** What a person fills into the launcher, as text. */
export interface Wishes {
  readonly name: string
  readonly architecture: ContainerArchitecture
  readonly from: string
  /** Names with spaces or commas between them. */
  readonly packages: string
  readonly network: 'auto' | 'none' | 'host' | 'nat'
  readonly mount: string
  readonly ports: string
  readonly memoryMiB: number | undefined
  readonly cpus: number | undefined
  readonly secretsConfirmed: boolean
}

/** The wishes as a draft; what does not fit becomes a problem in the preview, which checks it. */
export function draftFrom(wishes: Wishes) {
  const { name, architecture, network, secretsConfirmed, memoryMiB, cpus } = wishes
  return {
    name: name.trim(),
    architecture,
    network,
    secretsConfirmed,
    source: sourceFrom(wishes.from.trim(), words(wishes.packages)),
    mounts: words(wishes.mount).map((text) => {
      const [hostPath = '', containerPath = '', mode] = text.split(':')
      return { hostPath, containerPath, readOnly: mode === 'ro' }
    }),
    ports: words(wishes.ports).map((text) => {
      const [host = '', inside = ''] = text.split(':')
      return { hostPort: Number(host), containerPort: Number(inside) }
    }),
    limits: { ...(memoryMiB !== undefined && { memoryMiB }), ...(cpus !== undefined && { cpus }) },
  }
}

function sourceFrom(from: string, packages: string[]) {
  const suite = /^debian:(.+)$/.exec(from)?.[1]
  if (suite !== undefined) return { kind: 'debian' as const, suite, packages }
  if (/^(docker:\/\/|oci-archive:|docker-archive:|oci:)/.test(from)) return { kind: 'oci' as const, reference: from }
  if (/^base-[0-9a-f]{20}$/.test(from)) return { kind: 'base' as const, baseId: from }
  if (from.endsWith('/')) return { kind: 'folder' as const, path: from }
  return { kind: 'file' as const, path: from }
}

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '')
