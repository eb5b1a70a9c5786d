import type { DetectedOs, InspectedMedium } from '#contract/medium'
import { CircleAlert, Disc3, FileTerminal, HardDrive, TriangleAlert } from 'lucide-react'

import { architectureWords, sizeWords } from '../state-words.ts'
import type { Source } from './source.ts'
import type { Inspection } from './use-inspection.ts'

interface MediumNoteProps {
  readonly kind: Source['kind']
  readonly path: string
  readonly inspection: Inspection | undefined
}

/** What the file turned out to be, below its field. */
export function MediumNote({ kind, path, inspection }: MediumNoteProps) {
  return (
    <div className="medium-note" role="status" aria-live="polite">
      {path.startsWith('/') && <Note kind={kind} inspection={inspection} />}
    </div>
  )
}

function Note({ kind, inspection }: Pick<MediumNoteProps, 'kind' | 'inspection'>) {
  if (inspection === undefined) return <p className="quiet">Looking into the file.</p>
  const { medium, failure } = inspection
  if (failure !== undefined || medium === undefined)
    return (
      <p className="medium-line tone-bad">
        <CircleAlert size={16} aria-hidden />
        <span className="wrap-anywhere">
          {failure?.title} {failure?.cure?.text}
        </span>
      </p>
    )
  const Icon = medium.kind === 'iso' ? Disc3 : medium.kind === 'disk' ? HardDrive : FileTerminal
  return (
    <>
      <p className="medium-line">
        <Icon size={16} aria-hidden />
        <span className="wrap-anywhere">{mediumWords(medium)}</span>
      </p>
      {medium.kind === 'iso' && medium.os !== undefined && <p className="quiet">{suitWords(medium.os)}</p>}
      {!fits(kind, medium) && (
        <p className="medium-line tone-warn">
          <TriangleAlert size={16} aria-hidden />
          This is {kindWords[medium.kind]}: choose that above to use it.
        </p>
      )}
      {medium.warning !== undefined && (
        <p className="medium-line tone-warn">
          <TriangleAlert size={16} aria-hidden />
          <span className="wrap-anywhere">{medium.warning}</span>
        </p>
      )}
    </>
  )
}

const kindWords = { iso: 'an installer ISO', disk: 'an existing disk', kernel: 'a kernel' } as const

function fits(kind: Source['kind'], medium: InspectedMedium): boolean {
  return kind === 'image' || kind === medium.kind
}

function mediumWords(medium: InspectedMedium): string {
  switch (medium.kind) {
    case 'disk':
      return `${medium.format} disk image, ${sizeWords(medium.sizeBytes)}`
    case 'kernel':
      return `Linux kernel for ${architectureWords[medium.architecture]}`
    case 'iso':
      return medium.os === undefined
        ? `CD image “${medium.volumeId}”: the system on it is not known, choose what suits it`
        : `${medium.os.name}${medium.os.architecture === undefined ? '' : `, ${architectureWords[medium.os.architecture]}`}`
  }
}

function suitWords({ recommended, endOfLife, knownBy }: DetectedOs): string {
  const { memoryMiB, cpus, diskGiB, firmware } = recommended
  const parts = [
    `${memoryMiB} MiB of memory`,
    cpus === 1 ? 'one processor' : `${cpus} processors`,
    `a disk of ${diskGiB} GiB`,
    firmware === 'uefi' ? 'UEFI' : 'BIOS',
  ]
  const by = knownBy === 'osinfo-db' ? 'osinfo-db' : 'Petri'
  return `${by} recommends ${parts.join(', ')}.${endOfLife === undefined ? '' : ` Maintained until ${endOfLife}.`}`
}
