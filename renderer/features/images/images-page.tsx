import type { ImageList } from '#contract/image'
import { Button, Menu, Skeleton, Tabs } from '@mantine/core'
import { CloudOff, EllipsisVertical, FileUp, Link, RefreshCw, SearchX, Trash2 } from 'lucide-react'
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react'

import { useClient } from '../../state/client-context.ts'
import { useImageStore } from '../../state/image-store.ts'
import { useJobStore } from '../../state/job-store.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { Situation } from '../../ui/situation.tsx'
import { isOpenJob } from '../jobs/job-words.ts'
import { sizeWords } from '../machines/state-words.ts'
import { arrangeImages, noFilter } from './arrange-images.ts'
import { CatalogueTable } from './catalogue-table.tsx'
import { type ImageActions, useImageActions } from './image-actions.ts'
import { ImageFilters } from './image-filters.tsx'
import { ImageForm, type ImageFormKind } from './image-forms.tsx'
import { ImageServers } from './image-servers.tsx'
import { StoredImages } from './stored-images.tsx'
import '../machines/library/library.css'
import './images.css'

/** What machines and containers can be made from: to download, here, and whose lists are read. */
export function ImagesPage() {
  const client = useClient()
  const actions = useImageActions()
  const ask = useCallback((signal: AbortSignal) => client.call('image.list', {}, { signal }), [client])
  const { value: list, failure, askAgain } = useAnswer(ask)
  useEffect(() => useImageStore.subscribe(askAgain), [askAgain])
  const [tab, setTab] = useState<string | null>('catalogue')
  const [form, setForm] = useState<ImageFormKind>()
  const refreshing = useJobStore(({ jobs }) =>
    [...jobs.values()].some((job) => job.kind === 'image.refresh' && isOpenJob(job)),
  )

  return (
    <div className="library">
      <header className="library-header">
        <h1 className="page-title">Images</h1>
        {list !== undefined && (
          <span className="quiet number page-detail" aria-live="polite">
            {summaryWords(list)}
          </span>
        )}
        <div className="image-head-actions">
          <Button
            variant="default"
            leftSection={<RefreshCw size={15} aria-hidden />}
            loading={refreshing}
            onClick={() => void actions.refresh()}
          >
            Read the servers’ lists
          </Button>
          <MoreMenu actions={actions} onForm={setForm} />
        </div>
      </header>
      {list?.offline === true && (
        <p className="image-offline" role="status">
          <CloudOff size={16} aria-hidden />
          <span>
            <strong>Offline.</strong> No server could be reached: showing what is here, and the lists as they were last
            read.
          </span>
        </p>
      )}
      {failure !== undefined && (
        <FailureCard
          failure={failure}
          actions={
            <Button size="compact-sm" onClick={askAgain}>
              Try again
            </Button>
          }
        />
      )}
      {list === undefined && failure === undefined && <ImagesSkeleton />}
      {list !== undefined && (
        <Tabs className="image-tabs" value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List aria-label="Images">
            <Tabs.Tab value="catalogue">Catalogue</Tabs.Tab>
            <Tabs.Tab value="stored">Here ({list.stored.length})</Tabs.Tab>
            <Tabs.Tab value="servers">Servers</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="catalogue" className="image-panel">
            <Catalogue list={list} actions={actions} />
          </Tabs.Panel>
          <Tabs.Panel value="stored" className="image-panel image-panel-scroll">
            <StoredImages stored={list.stored} actions={actions} onCatalogue={() => setTab('catalogue')} />
          </Tabs.Panel>
          <Tabs.Panel value="servers" className="image-panel image-panel-scroll">
            <ImageServers servers={list.servers} actions={actions} onAdd={() => setForm('server')} />
          </Tabs.Panel>
        </Tabs>
      )}
      {form !== undefined && <ImageForm kind={form} actions={actions} onClose={() => setForm(undefined)} />}
    </div>
  )
}

function Catalogue({ list, actions }: { readonly list: ImageList; readonly actions: ImageActions }) {
  const [filter, setFilter] = useState(noFilter)
  const deferred = useDeferredValue(filter)
  const shown = useMemo(() => arrangeImages(list.images, deferred), [list.images, deferred])
  const unread = list.servers.filter(({ url, fetchedAt }) => url !== undefined && fetchedAt === undefined)
  return (
    <>
      <ImageFilters images={list.images} filter={filter} onChange={setFilter} />
      {unread.length > 0 && !list.offline && (
        <p className="image-unread quiet">
          Not read yet: {unread.map(({ title }) => title).join(', ')}. They list many more images.
        </p>
      )}
      {shown.length === 0 ? (
        <Situation
          icon={<SearchX size={24} />}
          title="No image fits"
          actions={
            <Button variant="default" onClick={() => setFilter(noFilter)}>
              Show all
            </Button>
          }
        >
          <p>Names, releases and architectures are searched.</p>
        </Situation>
      ) : (
        <CatalogueTable images={shown} actions={actions} />
      )}
    </>
  )
}

function MoreMenu({
  actions,
  onForm,
}: {
  readonly actions: ImageActions
  readonly onForm: (kind: ImageFormKind) => void
}) {
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" aria-label="More about images" px={10}>
          <EllipsisVertical size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<FileUp size={15} />} onClick={() => onForm('import')}>
          Import a file
        </Menu.Item>
        <Menu.Item leftSection={<Link size={15} />} onClick={() => onForm('address')}>
          Download from an address
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 size={15} />} onClick={() => void actions.prune()}>
          Clean up
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function summaryWords({ images, stored }: ImageList): string {
  const here = stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return `${stored.length} here${stored.length === 0 ? '' : ` (${sizeWords(here)})`}, ${images.length} in the catalogue`
}

function ImagesSkeleton() {
  return (
    <div className="library-skeleton panel" role="status" aria-label="Loading images">
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} height={20} radius="sm" />
      ))}
    </div>
  )
}
