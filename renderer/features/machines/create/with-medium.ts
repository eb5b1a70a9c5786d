import type { InspectedMedium } from '#contract/medium'

import { consoleArgument, hasClassicHardware } from './draft-from-source.ts'
import { pathOf, type Wish } from './source.ts'

/** The wish after its file was looked into: the format, the system and the architecture that were found. */
export function withMedium(wish: Wish, medium: InspectedMedium): Wish {
  const { source } = wish
  if (pathOf(source) !== medium.path) return wish
  switch (medium.kind) {
    case 'disk':
      return source.kind === 'disk' ? { ...wish, os: undefined, source: { ...source, format: medium.format } } : wish
    case 'kernel':
      return source.kind === 'kernel' ? withArchitecture(wish, medium.architecture) : wish
    case 'iso': {
      if (source.kind !== 'iso' && source.kind !== 'image') return wish
      const { os } = medium
      const found = os?.architecture === undefined ? wish : withArchitecture(wish, os.architecture)
      const old = os?.recommended.diskBus === 'ide' && hasClassicHardware(found.architecture)
      return {
        ...found,
        os,
        source: os ? { ...source, diskGiB: os.recommended.diskGiB } : source,
        preset: old ? 'classic' : found.preset,
      }
    }
  }
}

/** Another architecture names its serial console otherwise and may have no classic hardware. */
export function withArchitecture(wish: Wish, architecture: Wish['architecture']): Wish {
  const { source } = wish
  return {
    ...wish,
    architecture,
    preset: hasClassicHardware(architecture) ? wish.preset : 'paravirtual',
    source:
      source.kind === 'kernel' && source.commandLine === consoleArgument(wish.architecture)
        ? { ...source, commandLine: consoleArgument(architecture) }
        : source,
  }
}
