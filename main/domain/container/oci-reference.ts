import type { ContainerArchitecture } from '#contract/container'

/** Words that OCI images have for architectures, with the variant where one word means several. */
const WORDS: Readonly<Partial<Record<ContainerArchitecture, readonly [string, string?]>>> = {
  amd64: ['amd64'],
  i386: ['386'],
  arm64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v5'],
  riscv64: ['riscv64'],
  ppc64el: ['ppc64le'],
  s390x: ['s390x'],
  mips64el: ['mips64le'],
  loong64: ['loong64'],
}

/** The architecture and its variant, as OCI images call them; undefined: they have no word for it. */
export function ociWords(architecture: ContainerArchitecture): readonly [string, string?] | undefined {
  return WORDS[architecture]
}

const ARCHIVE = /^(oci-archive|docker-archive|oci):([^:]+)(.*)$/

/** The file or folder of this host that a reference names; undefined: it is of a registry. */
export function ociArchive(reference: string): string | undefined {
  return ARCHIVE.exec(reference)?.[2]
}

/** The same reference with the path as `absolute` gives it. */
export function withOciArchive(reference: string, absolute: (path: string) => string): string {
  const [, kind, path, rest = ''] = ARCHIVE.exec(reference) ?? []
  return path === undefined ? reference : `${kind}:${absolute(path)}${rest}`
}
