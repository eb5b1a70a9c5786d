import type { CatalogueImage } from '#contract/image'
import type { Job } from '#contract/job'
import { ActionIcon, Button, Progress } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Check, Download, X } from 'lucide-react'
import { useMemo, useRef } from 'react'

import { useJobStore } from '../../state/job-store.ts'
import { isOpenJob, jobAmountWords, jobFraction, jobStateWords } from '../jobs/job-words.ts'
import { sizeWords } from '../machines/state-words.ts'
import { kindWords } from './image-words.ts'
import type { ImageActions } from './image-actions.ts'
import { TrustLabel } from './trust-label.tsx'

const ROW_HEIGHT = 52
const HEAD_HEIGHT = 34

interface CatalogueTableProps {
  readonly images: readonly CatalogueImage[]
  readonly actions: ImageActions
}

/** What can be downloaded; thousands of images, of which only those in sight exist in the page. */
export function CatalogueTable({ images, actions }: CatalogueTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const jobs = useJobStore((store) => store.jobs)
  const pulls = useMemo(
    () => new Map([...jobs.values()].filter(isPull).map((job) => [job.subject?.id, job] as const)),
    [jobs],
  )
  // oxlint-disable-next-line react/incompatible-library -- a note for the React compiler, which is not used here
  const virtualizer = useVirtualizer({
    count: images.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => images[index]?.id ?? index,
    overscan: 8,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
  })
  return (
    <div
      className="machine-table panel"
      role="table"
      aria-label="Images"
      aria-rowcount={images.length + 1}
      ref={scroller}
    >
      <div role="rowgroup" className="machine-table-head-group">
        <div className="machine-table-head image-columns" role="row" aria-rowindex={1}>
          <div role="columnheader">Name</div>
          <div role="columnheader">Kind</div>
          <div role="columnheader">Architecture</div>
          <div role="columnheader">Size</div>
          <div role="columnheader">Trust</div>
          <div role="columnheader" className="machine-table-actions">
            Actions
          </div>
        </div>
      </div>
      <div className="machine-table-body" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const image = images[item.index]
          if (image === undefined) return null
          return (
            <div
              key={item.key}
              className="machine-row image-row image-columns"
              role="row"
              aria-rowindex={item.index + 2}
              style={{ transform: `translateY(${item.start - HEAD_HEIGHT}px)` }}
            >
              <ImageCells image={image} />
              <div role="cell" className="image-action">
                <ImageAction image={image} job={pulls.get(image.id)} actions={actions} />
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function ImageCells({ image }: { readonly image: CatalogueImage }) {
  return (
    <>
      <div role="cell" className="image-name">
        <span className="one-line image-title" title={image.title}>
          {image.title}
        </span>
        <span className="one-line quiet image-id" title={image.id}>
          {image.id}
          {image.version !== undefined && ` · ${image.version}`}
        </span>
      </div>
      <div role="cell" className="one-line">
        {kindWords[image.kind]}
      </div>
      <div role="cell" className="one-line">
        {image.architecture}
      </div>
      <div role="cell" className="number">
        {image.sizeBytes === undefined ? <span className="quiet">not told</span> : sizeWords(image.sizeBytes)}
      </div>
      <div role="cell">
        <TrustLabel trust={image.trust} note={image.trustNote} />
      </div>
    </>
  )
}

function ImageAction({
  image,
  job,
  actions,
}: {
  readonly image: CatalogueImage
  readonly job: Job | undefined
  readonly actions: ImageActions
}) {
  const name = `${image.title}, ${image.architecture}, ${kindWords[image.kind].toLowerCase()}`
  if (job !== undefined) {
    const at = job.state.kind === 'running' || job.state.kind === 'paused' ? job.state.at : undefined
    const fraction = at && jobFraction(at)
    return (
      <div className="image-progress">
        <div className="image-progress-words">
          <span className="one-line number" title={at && jobAmountWords(at)}>
            {at === undefined || job.state.kind === 'paused' ? jobStateWords(job.state).label : at.phase}
            {fraction !== undefined && ` ${Math.floor(fraction * 100)} %`}
          </span>
          <ActionIcon
            size="xs"
            aria-label={`Cancel the download of ${name}`}
            onClick={() => void actions.cancelJob(job.id)}
          >
            <X size={13} />
          </ActionIcon>
        </div>
        <Progress.Root size="xs">
          <Progress.Section value={(fraction ?? 0) * 100} aria-label={`Download of ${name}`} />
        </Progress.Root>
      </div>
    )
  }
  if (image.digest !== undefined)
    return (
      <span className="image-here tone-good">
        <Check size={15} aria-hidden />
        Here
      </span>
    )
  return (
    <Button
      size="compact-sm"
      variant="light"
      leftSection={<Download size={14} aria-hidden />}
      aria-label={`Download ${name}`}
      onClick={() => void actions.pull(image.id)}
    >
      Download
    </Button>
  )
}

const isPull = (job: Job): boolean => job.kind === 'image.pull' && isOpenJob(job)
