import type { Snapshot, SnapshotListing, SnapshotOutlook } from '#contract/snapshot'
import { modals } from '@mantine/modals'
import type { ReactNode } from 'react'

import { CloneForm, type CloneWish } from './clone-form.tsx'
import { NoteForm, type NoteWish, type SnapshotWish, TakeForm } from './snapshot-forms.tsx'
import { DeleteForm, RevertForm, type RevertWish } from './outlook-forms.tsx'

type Ask = () => Promise<SnapshotOutlook>

export const askSnapshot = (name: string, listing: SnapshotListing) =>
  askInDialog<SnapshotWish>(`Snapshot of “${name}”`, (done) => <TakeForm listing={listing} onDone={done} />)

export const askRevert = (name: string, snapshot: Snapshot, ask: Ask) =>
  askInDialog<RevertWish>(`Take “${name}” back to “${snapshot.name}”?`, (done) => (
    <RevertForm snapshot={snapshot} ask={ask} onDone={done} />
  ))

export const askDelete = (snapshot: Snapshot, ask: Ask) =>
  askInDialog<true>(`Delete the snapshot “${snapshot.name}”?`, (done) => <DeleteForm ask={ask} onDone={done} />)

export const askNote = (snapshot: Snapshot) =>
  askInDialog<NoteWish>('Name and notes', (done) => <NoteForm snapshot={snapshot} onDone={done} />)

export const askClone = (name: string, snapshot?: Snapshot) =>
  askInDialog<CloneWish>(snapshot ? `Clone of “${name}” at “${snapshot.name}”` : `Clone of “${name}”`, (done) => (
    <CloneForm machineName={name} onDone={done} />
  ))

/** Shows a form in a dialog; resolves with what it gives, or undefined when it is dismissed. */
function askInDialog<T>(
  title: string,
  form: (done: (wish: T | undefined) => void) => ReactNode,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const modalId = modals.open({
      title: <span className="wrap-anywhere">{title}</span>,
      centered: true,
      closeButtonProps: { 'aria-label': 'Close' },
      onClose: () => resolve(undefined),
      children: form((wish) => {
        resolve(wish)
        modals.close(modalId)
      }),
    })
  })
}
