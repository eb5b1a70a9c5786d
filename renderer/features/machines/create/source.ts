import type { ImageFormat } from '#contract/image'
import type { DetectedOs } from '#contract/medium'
import type { DiskFormat, VmArchitecture } from '#contract/vm-spec'

/** What a new machine starts from. Sizes in GiB, paths absolute on the owner's computer. */
export type Source =
  | { readonly kind: 'image'; readonly image: ChosenImage | undefined; readonly diskGiB: number }
  | { readonly kind: 'iso'; readonly isoPath: string; readonly diskGiB: number }
  | { readonly kind: 'disk'; readonly diskPath: string; readonly format: DiskFormat; readonly use: DiskUse }
  | {
      readonly kind: 'kernel'
      readonly kernelPath: string
      readonly initrdPath: string
      readonly commandLine: string
    }
  | { readonly kind: 'template'; readonly templateId: string; readonly clone: 'full' | 'linked' }
  | { readonly kind: 'blank'; readonly diskGiB: number }

/** `in-place`: the machine uses the image where it lies. */
export type DiskUse = 'copy' | 'move' | 'in-place'

/** Of the image store. */
export interface ChosenImage {
  readonly digest: string
  readonly path: string
  readonly kind: 'disk' | 'iso'
  readonly format: ImageFormat
  readonly title: string
  /** A file of this computer, and not an image that was made for clouds. */
  readonly imported: boolean
}

/** `paravirtual`: virtio throughout. `classic`: the hardware of an old PC, for guests that know no virtio. */
export type Preset = 'paravirtual' | 'classic'

/** What the first step asks. */
export interface Wish {
  readonly source: Source
  readonly preset: Preset
  readonly architecture: VmArchitecture
  readonly name: string
  /** Found on the medium: what suits it is chosen. */
  readonly os?: DetectedOs | undefined
}

/** The file whose content decides; '' for none. */
export function pathOf(source: Source): string {
  switch (source.kind) {
    case 'image':
      return source.image?.path ?? ''
    case 'iso':
      return source.isoPath
    case 'disk':
      return source.diskPath
    case 'kernel':
      return source.kernelPath
    case 'template':
    case 'blank':
      return ''
  }
}

export function isComplete(source: Source): boolean {
  switch (source.kind) {
    case 'image':
      return source.image !== undefined
    case 'iso':
      return source.isoPath.startsWith('/')
    case 'disk':
      return source.diskPath.startsWith('/')
    case 'kernel':
      return source.kernelPath.startsWith('/') && (source.initrdPath === '' || source.initrdPath.startsWith('/'))
    case 'template':
      return source.templateId !== ''
    case 'blank':
      return source.diskGiB >= 1
  }
}

export function missingWords(source: Source): string {
  switch (source.kind) {
    case 'image':
      return 'Choose an image to go on.'
    case 'iso':
      return 'Name the ISO file to go on.'
    case 'disk':
      return 'Name the disk file to go on.'
    case 'kernel':
      return 'Name the kernel file to go on.'
    case 'template':
      return 'Choose a template to go on.'
    case 'blank':
      return 'A disk has at least 1 GiB.'
  }
}
