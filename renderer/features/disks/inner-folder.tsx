import type { CallResult } from '#contract/api'
import { Button, Checkbox } from '@mantine/core'
import { CornerLeftUp, Folder } from 'lucide-react'
import { useState } from 'react'

import { PathInput } from '../form/path-input.tsx'
import { sizeWords } from '../machines/state-words.ts'
import { useDiskActions } from './disk-actions.ts'
import { nameOf, suggestTarget } from './disk-words.ts'

/** Rows that are drawn; a folder with more is better searched in a machine. */
const MOST_ROWS = 500

interface InnerFolderProps {
  readonly path: string
  readonly partition: number
  readonly listed: CallResult<'disk.folder'> & { readonly folder: string }
  readonly onOpen: (folder: string) => void
}

/** One folder of a disk: go into another, choose files of any, and copy them out. */
export function InnerFolder({ path, partition, listed, onOpen }: InnerFolderProps) {
  const { begin } = useDiskActions()
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [target, setTarget] = useState(() => suggestTarget(path, 'files'))
  const { entries, folder, more } = listed
  const inside = (name: string) => (folder === '' ? name : `${folder}/${name}`)
  const pick = (name: string, isPicked: boolean): void => {
    const next = new Set(picked)
    if (isPicked) next.add(inside(name))
    else next.delete(inside(name))
    setPicked(next)
  }
  return (
    <>
      <div className="disk-inner-bar">
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<CornerLeftUp size={14} aria-hidden />}
          disabled={folder === ''}
          onClick={() => onOpen(folder.split('/').slice(0, -1).join('/'))}
        >
          Up
        </Button>
        <code className="wrap-anywhere">/{folder}</code>
      </div>
      {entries.length === 0 ? (
        <p className="quiet">This folder is empty.</p>
      ) : (
        <ul className="disk-inner-list" aria-label={`Files in /${folder}`}>
          {entries.slice(0, MOST_ROWS).map(({ kind, modified, name, sizeBytes }) => (
            <li key={name} className="disk-inner-row">
              <Checkbox
                aria-label={`Choose ${name}`}
                disabled={kind === 'link' || kind === 'other'}
                checked={picked.has(inside(name))}
                onChange={(event) => pick(name, event.currentTarget.checked)}
              />
              {kind === 'folder' ? (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  className="disk-inner-folder"
                  leftSection={<Folder size={14} aria-hidden />}
                  onClick={() => onOpen(inside(name))}
                >
                  <bdi>{name}</bdi>
                </Button>
              ) : (
                <bdi className="wrap-anywhere">{name}</bdi>
              )}
              <span className="quiet number">
                {kind === 'file' ? sizeWords(sizeBytes) : kind === 'link' ? 'link' : kind === 'other' ? 'device' : ''}
              </span>
              <span className="quiet number">{modified.slice(0, 10)}</span>
            </li>
          ))}
        </ul>
      )}
      {entries.length > MOST_ROWS && <p className="quiet">{entries.length - MOST_ROWS} more are not shown.</p>}
      {more && <p className="quiet">The disk holds more files than are listed.</p>}
      <div className="work-controls">
        <PathInput label="Copy into the new folder" typedOnly value={target} onChange={setTarget} />
        <Button
          disabled={picked.size === 0 || !target.startsWith('/')}
          onClick={() =>
            void begin('disk.copyOut', { path, partition, names: [...picked].toSorted(), target: target.trim() })
          }
        >
          {picked.size === 0 ? 'Copy out' : `Copy ${picked.size} out`}
        </Button>
      </div>
      {picked.size > 0 && (
        <p className="quiet wrap-anywhere" role="status">
          Chosen: {[...picked].slice(0, 5).map(nameOf).join(', ')}
          {picked.size > 5 ? ` and ${picked.size - 5} more` : ''}
        </p>
      )}
    </>
  )
}
