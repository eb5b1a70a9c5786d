import type { DiskInfo } from '#contract/disk'
import { Button, Select } from '@mantine/core'
import { FolderSearch } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useJobStore } from '../../state/job-store.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { useDiskActions } from './disk-actions.ts'
import { closedFileSystems, fileSystemsOf } from './disk-words.ts'
import { InnerFolder } from './inner-folder.tsx'

/** The files inside the disk: listed by a small guest when that is asked for, and some copied out. */
export function DiskFiles({ info }: { readonly info: DiskInfo }) {
  const places = fileSystemsOf(info)
  const [chosen, setChosen] = useState<string | null>(null)
  const place = places.find(({ value }) => value === chosen) ?? places[0]
  const closed = closedFileSystems(info)
  if ((place === undefined && closed.length === 0) || info.refusal !== undefined) return null
  return (
    <section aria-labelledby="files-title">
      <h2 id="files-title" className="disk-heading">
        Files on it
      </h2>
      <div className="panel disk-inner">
        {place !== undefined && places.length > 1 && (
          <Select
            label="File system"
            data={[...places]}
            value={place.value}
            allowDeselect={false}
            onChange={setChosen}
          />
        )}
        {place !== undefined && <OneFileSystem key={place.value} path={info.path} partition={Number(place.value)} />}
        {closed.length > 0 && (
          <p className="quiet disk-inner-closed">
            What is in {closed.join(', ')} is not listed here: make a machine of the disk, and its own system reads it.
          </p>
        )}
      </div>
    </section>
  )
}

function OneFileSystem({ path, partition }: { readonly path: string; readonly partition: number }) {
  const client = useClient()
  const { list } = useDiskActions()
  const [folder, setFolder] = useState('')
  const [jobId, setJobId] = useState<string>()
  const state = useJobStore(({ jobs }) => (jobId === undefined ? undefined : jobs.get(jobId)?.state))
  const [refused, setRefused] = useState<ReturnType<typeof failureOf>>()
  const { value, failure, askAgain } = useAnswer(
    useCallback(
      async (signal: AbortSignal) => ({
        folder,
        ...(await client.call('disk.folder', { path, partition, folder }, { signal })),
      }),
      [client, path, partition, folder],
    ),
  )
  const isDone = state?.kind === 'done'
  useEffect(() => {
    if (isDone) askAgain()
  }, [isDone, askAgain])
  const start = async (): Promise<void> => {
    setRefused(undefined)
    try {
      setJobId(await list({ path, partition }))
    } catch (error) {
      setRefused(failureOf(error))
    }
  }
  const isReading = state?.kind === 'queued' || state?.kind === 'running' || state?.kind === 'paused'
  const problem = refused ?? (state?.kind === 'failed' ? state.failure : undefined)
  // Before the first listing, that there is none is no problem.
  const lost = value !== undefined && failure !== undefined ? failure : undefined
  return (
    <>
      {problem !== undefined && <FailureCard failure={problem} />}
      {lost !== undefined && !isReading && <FailureCard failure={lost} />}
      {value === undefined || lost !== undefined ? (
        <div className="disk-inner-start">
          <p className="quiet">
            A small guest without a network reads them, so that nothing on the disk reaches this computer. It takes some
            seconds.
          </p>
          <Button
            variant="default"
            leftSection={<FolderSearch size={16} aria-hidden />}
            loading={isReading}
            onClick={() => void start()}
          >
            List the files
          </Button>
        </div>
      ) : (
        <InnerFolder path={path} partition={partition} listed={value} onOpen={setFolder} />
      )}
    </>
  )
}
