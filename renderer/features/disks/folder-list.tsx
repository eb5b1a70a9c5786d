import type { CallResult } from '#contract/api'
import { FolderOpen } from 'lucide-react'

import { formatRoute } from '../../state/route.ts'
import { Situation } from '../../ui/situation.tsx'
import { sizeWords } from '../machines/state-words.ts'
import { nameOf } from './disk-words.ts'

/** The disk files of a folder. */
export function FolderList({ files, more }: Pick<CallResult<'disk.list'>, 'files' | 'more'>) {
  if (files.length === 0)
    return (
      <Situation icon={<FolderOpen size={28} />} title="There is no disk file in this folder">
        Files are known by their content, and raw disks by names such as .img and .raw.
      </Situation>
    )
  return (
    <>
      <ul className="disk-files panel" aria-label="Disk files">
        {files.map((file) => (
          <li key={file.path}>
            <a className="disk-file" href={formatRoute({ kind: 'disks', path: file.path })}>
              <span className="one-line disk-file-name">{nameOf(file.path)}</span>
              <span className="quiet">{file.format ?? 'unknown'}</span>
              <span className="quiet number">{sizeWords(file.fileBytes)}</span>
              {file.refusal !== undefined && (
                <span className="disk-file-note tone-warn wrap-anywhere">{file.refusal}</span>
              )}
            </a>
          </li>
        ))}
      </ul>
      {more && <p className="quiet">The folder holds more files than are looked into.</p>}
    </>
  )
}
