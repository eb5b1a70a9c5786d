import type { DiskInfo, TargetFormat } from '#contract/disk'
import { Button, Checkbox, Select, Switch, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Play } from 'lucide-react'
import { type ReactNode, useCallback, useMemo, useState } from 'react'

import { useClient } from '../../state/client-context.ts'
import { navigate } from '../../state/use-route.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { DisclosureButton } from '../../ui/disclosure-button.tsx'
import { FailureCard } from '../../ui/failure-card.tsx'
import { ChoiceCards } from '../form/choice-cards.tsx'
import { PathInput } from '../form/path-input.tsx'
import { ConvertPlanView } from './convert-plan-view.tsx'
import { useDiskActions } from './disk-actions.ts'
import { endingOf, formatWords, nameOf, presetChoices, presetWords, suggestTarget } from './disk-words.ts'
import { type ConvertDraft, draftWish, emptyDraft, formatOf } from './convert-draft.ts'
import { FormatOptionFields } from './format-option-fields.tsx'

/** How long typing may pause before the plan is asked for, in ms. */
const PLAN_DELAY_MS = 250

/** One page that says what would be made, why, and with which command, before anything is made. */
export function ConvertWizard({ info }: { readonly info: DiskInfo }) {
  const { begin } = useDiskActions()
  const [draft, setDraft] = useState(() => emptyDraft(info.path))
  const [beginning, setBeginning] = useState(false)
  const [optionsShown, setOptionsShown] = useState(false)
  const below = useMemo(() => info.chain.slice(1).map((link) => link.path), [info.chain])
  const change = (part: Partial<ConvertDraft>): void => setDraft((before) => ({ ...before, ...part }))
  const wish = useMemo(() => draftWish(draft, below), [draft, below])

  const start = async (event: { preventDefault(): void }): Promise<void> => {
    event.preventDefault()
    setBeginning(true)
    if (await begin('disk.convert', wish)) navigate({ kind: 'disks', path: info.path })
    setBeginning(false)
  }
  const choosePurpose = (purpose: ConvertDraft['purpose']): void => {
    const ending = endingOf(formatOf({ purpose, format: draft.format }))
    change({ purpose, compress: 'none', options: {}, target: suggestTarget(info.path, ending) })
  }
  const chooseFormat = (format: TargetFormat | null): void => {
    if (format !== null)
      change({ format, compress: 'none', options: {}, target: suggestTarget(info.path, endingOf(format)) })
  }

  return (
    <form className="convert" onSubmit={(event) => void start(event)}>
      <div className="convert-fields panel">
        <p className="quiet wrap-anywhere">From {info.path}</p>
        {info.encrypted && (
          <PathInput
            label="File with the passphrase"
            description="The source is encrypted; the new disk will not be. The file must be readable by you alone."
            value={draft.secretFile}
            onChange={(secretFile) => change({ secretFile })}
          />
        )}
        {info.format === 'ova' && (
          <TextInput
            label="Which disk of it"
            description="The name of one of its files. Empty: the first disk."
            spellCheck={false}
            value={draft.member}
            onChange={(event) => change({ member: event.currentTarget.value })}
          />
        )}
        <ChoiceCards label="For" columns="three" choices={purposes} value={draft.purpose} onChange={choosePurpose} />
        {draft.purpose === 'format' && (
          <div className="convert-options">
            <Select
              label="Format"
              data={formatWords.map(({ value, label }) => ({ value, label }))}
              value={draft.format}
              allowDeselect={false}
              onChange={chooseFormat}
            />
            {draft.format === 'qcow2' && (
              <Select
                label="Compression"
                data={compressions}
                value={draft.compress}
                allowDeselect={false}
                onChange={(value) => value !== null && change({ compress: value })}
              />
            )}
          </div>
        )}
        <DisclosureButton className="disk-more" shown={optionsShown} onChange={setOptionsShown}>
          Options of the format
        </DisclosureButton>
        {optionsShown && (
          <div className="convert-options">
            <FormatOptionFields
              format={formatOf(draft)}
              options={draft.options}
              onChange={(options) => change({ options })}
            />
          </div>
        )}
        <PathInput
          label="New file"
          typedOnly
          description="Must not exist yet."
          value={draft.target}
          onChange={(target) => change({ target })}
        />
        <Switch
          label="Prove it afterwards: compare every sector, record digests"
          checked={draft.verify}
          onChange={(event) => change({ verify: event.currentTarget.checked })}
        />
        {below.length > 0 && (
          <Checkbox
            label={`The files below it are mine and may be read: ${below.map(nameOf).join(', ')}`}
            checked={draft.allowChain}
            onChange={(event) => change({ allowChain: event.currentTarget.checked })}
          />
        )}
        {info.kind === 'block-device' && (
          <Checkbox
            label={`Read this whole disk of the computer (${info.device?.model ?? info.path})`}
            checked={draft.confirmDevice}
            onChange={(event) => change({ confirmDevice: event.currentTarget.checked })}
          />
        )}
      </div>
      <Plan draft={draft} below={below}>
        {(isPlanned) => (
          <Button type="submit" leftSection={<Play size={15} aria-hidden />} loading={beginning} disabled={!isPlanned}>
            Convert
          </Button>
        )}
      </Plan>
    </form>
  )
}

interface PlanProps {
  readonly draft: ConvertDraft
  readonly below: readonly string[]
  readonly children: (isPlanned: boolean) => ReactNode
}

/** What would happen, asked anew while the form changes. */
function Plan({ draft, below, children }: PlanProps) {
  const client = useClient()
  const [settled] = useDebouncedValue(draft, PLAN_DELAY_MS)
  const ask = useCallback(
    async (signal: AbortSignal) => ({
      of: settled,
      plan: await client.call('disk.plan', draftWish(settled, below), { signal }),
    }),
    [client, settled, below],
  )
  const { value, failure } = useAnswer(ask)
  const isPlanned = failure === undefined && value?.of === draft
  return (
    <>
      {failure !== undefined && <FailureCard failure={failure} />}
      {failure === undefined && value !== undefined && <ConvertPlanView plan={value.plan} />}
      <div className="form-actions">{children(isPlanned)}</div>
    </>
  )
}

const purposes: readonly { readonly value: ConvertDraft['purpose']; readonly title: string; readonly text: string }[] =
  [
    ...presetChoices.map(({ value, label }) => ({ value, title: label, text: presetWords[value].text })),
    { value: 'format', title: 'A format of my choice', text: 'raw, qcow2, VMDK, VDI, VHD or VHDX' },
  ]

const compressions = [
  { value: 'none', label: 'None: fastest to use' },
  { value: 'zstd', label: 'zstd: small and fast, QEMU 5.1 or newer' },
  { value: 'zlib', label: 'zlib: small, read by every QEMU' },
] as const
