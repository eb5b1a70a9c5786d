import type { CallResult } from '#contract/api'
import type { DiskPreset } from '#contract/disk'
import { Button, Checkbox, Select } from '@mantine/core'
import { FolderOpen, Play } from 'lucide-react'
import { useState } from 'react'

import { formatRoute } from '../../state/route.ts'
import { Situation } from '../../ui/situation.tsx'
import { sizeWords } from '../machines/state-words.ts'
import { useDiskActions } from './disk-actions.ts'
import { endingOf, nameOf, presetChoices, presetWords, suggestTarget } from './disk-words.ts'

/** The disk files of a folder; several of them are converted one after the other. */
export function FolderList({ files, more }: Pick<CallResult<'disk.list'>, 'files' | 'more'>) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  if (files.length === 0)
    return (
      <Situation icon={<FolderOpen size={28} />} title="There is no disk file in this folder">
        Files are known by their content, and raw disks by names such as .img and .raw.
      </Situation>
    )
  const choose = (path: string, isChosen: boolean): void =>
    setChosen((before) => new Set(isChosen ? [...before, path] : [...before].filter((each) => each !== path)))
  return (
    <>
      <ul className="disk-files panel" aria-label="Disk files">
        {files.map((file) => (
          <li key={file.path} className="disk-file-row">
            <Checkbox
              aria-label={`Choose ${nameOf(file.path)}`}
              disabled={file.refusal !== undefined}
              checked={chosen.has(file.path)}
              onChange={(event) => choose(file.path, event.currentTarget.checked)}
            />
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
      <ConvertSeveral paths={files.map(({ path }) => path).filter((path) => chosen.has(path))} />
    </>
  )
}

/** One conversion for each, beside its source; those on one host disk wait for each other. */
function ConvertSeveral({ paths }: { readonly paths: readonly string[] }) {
  const { begin } = useDiskActions()
  const [preset, setPreset] = useState<DiskPreset>('qemu')
  if (paths.length === 0) return <p className="quiet">Choose several to convert them one after the other.</p>
  const ending = endingOf(presetWords[preset].format)
  const start = async (): Promise<void> => {
    for (const source of paths) await begin('disk.convert', { source, target: suggestTarget(source, ending), preset })
  }
  return (
    <div className="disk-several panel">
      <Select
        label={`Convert ${paths.length === 1 ? nameOf(paths[0] ?? '') : `${paths.length} disks`} for`}
        description={`Each becomes a new .${ending} file beside it and is compared; they wait for each other.`}
        data={[...presetChoices]}
        value={preset}
        allowDeselect={false}
        onChange={(value) => setPreset(presetChoices.find((each) => each.value === value)?.value ?? 'qemu')}
      />
      <Button leftSection={<Play size={15} aria-hidden />} onClick={() => void start()}>
        Convert {paths.length}
      </Button>
    </div>
  )
}
