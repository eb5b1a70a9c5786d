import { Button, Skeleton } from '@mantine/core'
import { ArrowLeft, Database } from 'lucide-react'
import { type DragEvent, useCallback, useState } from 'react'

import { useClient } from '../../state/client-context.ts'
import type { Route } from '../../state/route.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { navigate } from '../../state/use-route.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { Page } from '../../ui/page.tsx'
import { Situation } from '../../ui/situation.tsx'
import { PathInput } from '../form/path-input.tsx'
import { ConvertWizard } from './convert-wizard.tsx'
import { DiskView } from './disk-view.tsx'
import { nameOf } from './disk-words.ts'
import { ExportMachine } from './export-machine.tsx'
import { FolderList } from './folder-list.tsx'
import { NewDisk } from './new-disk.tsx'
import './disks.css'

type DisksRoute = Extract<Route, { readonly kind: 'disks' }>

/** The workbench for disk files: look into one, convert it, prove it, repair it. */
export function DisksPage({ route }: { readonly route: DisksRoute }) {
  const { bridge } = useClient()
  const { path, step } = route
  const [dragging, setDragging] = useState(false)
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setDragging(false)
    const dropped = bridge.pathOfDropped?.(event.dataTransfer.files[0])
    if (dropped !== undefined) navigate({ kind: 'disks', path: dropped })
  }
  return (
    <Page
      title={path === undefined ? 'Disks' : step === 'convert' ? 'Convert a disk' : nameOf(path)}
      detail={path === undefined ? 'Look into disk files, convert, prove and repair them' : path}
      actions={
        path !== undefined && (
          <Button
            variant="default"
            leftSection={<ArrowLeft size={16} aria-hidden />}
            onClick={() => navigate(step === undefined ? { kind: 'disks' } : { kind: 'disks', path })}
          >
            {step === undefined ? 'Another disk' : 'Back to the disk'}
          </Button>
        )
      }
    >
      <div
        className={`disks ${dragging ? 'disks-dragging' : ''}`}
        onDragOver={(event) => {
          if (bridge.pathOfDropped === undefined) return
          event.preventDefault()
          setDragging(true)
        }}
        onDragLeave={() => setDragging(false)}
        onDrop={drop}
      >
        {path === undefined ? (
          <OpenDisk canDrop={bridge.pathOfDropped !== undefined} />
        ) : (
          <OnePath path={path} step={step} />
        )}
      </div>
    </Page>
  )
}

function OpenDisk({ canDrop }: { readonly canDrop: boolean }) {
  const [path, setPath] = useState('')
  const isAbsolute = path.startsWith('/')
  const open = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    if (isAbsolute) navigate({ kind: 'disks', path: path.trim() })
  }
  return (
    <>
      <form className="disk-open panel" onSubmit={open}>
        <PathInput
          label="Disk file or folder"
          description="Petri reads its header itself first; nothing that the file names is opened."
          placeholder="/home/me/disk.vmdk"
          value={path}
          onChange={setPath}
          error={path === '' || isAbsolute ? undefined : 'Give the whole path, from / on.'}
        />
        <Button type="submit" disabled={!isAbsolute}>
          Look into it
        </Button>
      </form>
      <NewDisk />
      <ExportMachine />
      <Situation icon={<Database size={28} />} title="No disk is open">
        {canDrop ? 'Drop a disk file here, or name one above. ' : 'Name a disk file above. '}
        raw, qcow2, VMDK, VDI, VHD, VHDX, QED, Parallels, DMG, packed disks and OVA.
      </Situation>
    </>
  )
}

function OnePath({ path, step }: { readonly path: string; readonly step: 'convert' | undefined }) {
  const client = useClient()
  const ask = useCallback(
    async (signal: AbortSignal) => {
      try {
        return { kind: 'disk', info: await client.call('disk.info', { path }, { signal }) } as const
      } catch (error) {
        const listed = await client.call('disk.list', { folder: path }, { signal }).catch(() => undefined)
        if (listed === undefined) throw error
        return { kind: 'folder', ...listed } as const
      }
    },
    [client, path],
  )
  const { value, failure, askAgain } = useAnswer(ask)
  if (failure !== undefined)
    return (
      <FailureCard
        failure={failure}
        actions={
          <Button size="compact-sm" onClick={askAgain}>
            Look again
          </Button>
        }
      />
    )
  if (value === undefined)
    return (
      <div className="panel disk-loading" role="status" aria-label="Looking into the disk">
        <Skeleton height={16} width="50%" />
        <Skeleton height={16} width="70%" />
        <Skeleton height={16} width="60%" />
      </div>
    )
  if (value.kind === 'folder') return <FolderList files={value.files} more={value.more} />
  return step === 'convert' ? <ConvertWizard info={value.info} /> : <DiskView info={value.info} onChanged={askAgain} />
}
