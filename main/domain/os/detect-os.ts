import type { DetectedOs, OsRecommendation } from '#contract/medium'
import { knownBuiltIn } from './built-in-systems.ts'
import type { IsoVolume } from './iso-volume.ts'
import { architectureIn, type KnownOs } from './known-os.ts'
import { matchOsinfo } from './match-osinfo.ts'
import type { OsinfoEntry } from './osinfo-entry.ts'

/** Systems older than this know no virtio and no SATA. */
const FIRST_VIRTIO_YEAR = 2009
/** Less than this makes an installer of today give up, whatever its table says, in MiB. */
const LEAST_MEMORY_MIB = 512

type OwnResources = Pick<OsRecommendation, 'memoryMiB' | 'cpus' | 'diskGiB'>

const familyDefaults: Readonly<Record<KnownOs['family'], OwnResources>> = {
  linux: { memoryMiB: 2048, cpus: 2, diskGiB: 20 },
  bsd: { memoryMiB: 1024, cpus: 2, diskGiB: 20 },
  windows: { memoryMiB: 4096, cpus: 2, diskGiB: 64 },
  other: { memoryMiB: 1024, cpus: 1, diskGiB: 10 },
}

/** The operating system on a medium, with what suits it; undefined: nobody knows it. */
export function detectOs(volume: IsoVolume, entries: readonly OsinfoEntry[]): DetectedOs | undefined {
  const known = chosen(matchOsinfo(entries, volume), knownBuiltIn(volume))
  if (!known) return undefined
  const architecture = known.architecture ?? architectureIn(volume.volumeId)
  return {
    id: known.id.slice(0, 100),
    name: known.name.slice(0, 200),
    version: known.version.slice(0, 40),
    family: known.family,
    ...(architecture && { architecture }),
    knownBy: known.knownBy,
    ...(known.endOfLife !== undefined && { endOfLife: known.endOfLife.slice(0, 10) }),
    ...(known.minimum?.memoryMiB !== undefined && { minimumMemoryMiB: known.minimum.memoryMiB }),
    recommended: recommendation({ ...known, architecture }),
  }
}

/** osinfo-db knows more of each system; of a release newer than itself it only knows that it is unknown. */
function chosen(fromDatabase: KnownOs | undefined, builtIn: KnownOs | undefined): KnownOs | undefined {
  if (!fromDatabase || !builtIn) return fromDatabase ?? builtIn
  return fromDatabase.id.endsWith('unknown') && builtIn.version !== '' ? builtIn : fromDatabase
}

function recommendation(known: KnownOs): OsRecommendation {
  const usual = familyDefaults[known.family]
  const wanted = known.recommended ?? {}
  return {
    memoryMiB: Math.max(LEAST_MEMORY_MIB, wanted.memoryMiB ?? usual.memoryMiB),
    cpus: Math.max(1, wanted.cpus ?? usual.cpus),
    diskGiB: Math.max(1, wanted.diskGiB ?? usual.diskGiB),
    firmware: known.needsUefi || needsUefi(known.architecture) ? 'uefi' : 'bios',
    tpm: /^win(?:11|2k25)/.test(known.id),
    ...devicesFor(known),
  }
}

function needsUefi(architecture: KnownOs['architecture']): boolean {
  return architecture === 'aarch64' || architecture === 'arm' || architecture === 'riscv64'
}

/** Installers of Windows bring no virtio drivers; very old systems want the hardware of their time. */
function devicesFor({ family, releaseYear = FIRST_VIRTIO_YEAR, architecture }: KnownOs) {
  const isPc = architecture === undefined || architecture === 'x86_64' || architecture === 'i386'
  if (isPc && releaseYear < FIRST_VIRTIO_YEAR) return { diskBus: 'ide', networkModel: 'rtl8139' } as const
  if (family === 'windows') return { diskBus: isPc ? 'sata' : 'nvme', networkModel: 'e1000e' } as const
  if (family === 'other' && isPc) return { diskBus: 'sata', networkModel: 'e1000' } as const
  return { diskBus: 'virtio', networkModel: 'virtio' } as const
}
