import { vmArchitectures } from '#contract/vm-spec'
import { Button, Select, TextInput } from '@mantine/core'
import { ArrowRight, Disc3, FileTerminal, HardDrive, LayoutTemplate, Library, SquareDashed } from 'lucide-react'
import { useRef } from 'react'

import { ChoiceCards } from '../../form/choice-cards.tsx'
import { architectureWords } from '../state-words.ts'
import { hasClassicHardware } from './draft-from-source.ts'
import { MediumNote } from './medium-note.tsx'
import { isComplete, missingWords, pathOf, type Preset, type Source, type Wish } from './source.ts'
import { emptySource, SourceFields } from './source-fields.tsx'
import type { Inspection } from './use-inspection.ts'
import { withArchitecture } from './with-medium.ts'

interface SourceStepProps {
  readonly wish: Wish
  readonly suggestedName: string
  readonly inspection: Inspection | undefined
  readonly busy: boolean
  readonly onChange: (wish: Wish) => void
  readonly onNext: () => void
}

const kinds = [
  { value: 'image', icon: Library, title: 'Catalogue image', text: 'A system that was downloaded before' },
  { value: 'iso', icon: Disc3, title: 'Installer ISO', text: 'A CD image to install from, and a new disk' },
  { value: 'disk', icon: HardDrive, title: 'Existing disk', text: 'A disk image: copied, moved, or where it lies' },
  { value: 'kernel', icon: FileTerminal, title: 'Kernel and initrd', text: 'Started directly, without boot loader' },
  { value: 'template', icon: LayoutTemplate, title: 'Template', text: 'A clone of a machine made to be cloned' },
  { value: 'blank', icon: SquareDashed, title: 'Blank', text: 'A new empty disk and nothing else' },
] as const

export function SourceStep({ wish, suggestedName, inspection, busy, onChange, onNext }: SourceStepProps) {
  const { source, architecture, name } = wish
  const complete = isComplete(source) && inspection?.failure === undefined
  // Each kind keeps what was typed for it.
  const kept = useRef(new Map<Source['kind'], Source>())
  const choose = (kind: Source['kind']): void => {
    kept.current.set(source.kind, source)
    onChange({ ...wish, os: undefined, source: kept.current.get(kind) ?? emptySource(kind, architecture) })
  }
  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    if (complete && !busy) onNext()
  }
  return (
    <form className="source-step" onSubmit={submit}>
      <ChoiceCards label="Start from" columns="three" choices={kinds} value={source.kind} onChange={choose} />

      <div className="source-fields">
        <SourceFields
          source={source}
          architecture={architecture}
          onChange={(next) =>
            onChange({ ...wish, os: pathOf(next) === pathOf(source) ? wish.os : undefined, source: next })
          }
        />
        {source.kind !== 'template' && source.kind !== 'blank' && (
          <MediumNote kind={source.kind} path={pathOf(source)} inspection={inspection} />
        )}
      </div>

      <div className="source-row">
        <TextInput
          label="Name"
          dir="auto"
          maxLength={120}
          placeholder={suggestedName}
          value={name}
          onChange={(event) => onChange({ ...wish, name: event.currentTarget.value })}
        />
        {source.kind !== 'template' && (
          <Select
            label="Architecture of the guest"
            data={vmArchitectures.map((value) => ({ value, label: architectureWords[value] }))}
            value={architecture}
            allowDeselect={false}
            onChange={(value) => value !== null && onChange(withArchitecture(wish, value))}
          />
        )}
      </div>

      {source.kind !== 'template' && <Presets wish={wish} onChange={onChange} />}

      <div className="create-actions">
        <Button
          type="submit"
          disabled={!complete}
          loading={busy}
          {...(source.kind === 'template' ? {} : { rightSection: <ArrowRight size={16} aria-hidden /> })}
        >
          {source.kind === 'template' ? 'Create' : 'Review'}
        </Button>
        {!complete && (
          <span className="quiet">
            {inspection?.failure === undefined ? missingWords(source) : 'This file cannot be used.'}
          </span>
        )}
      </div>
    </form>
  )
}

function Presets({ wish, onChange }: { readonly wish: Wish; readonly onChange: (wish: Wish) => void }) {
  const { architecture, preset, os } = wish
  const special = os !== undefined && os.recommended.diskBus !== 'virtio' && os.recommended.diskBus !== 'ide'
  const hasClassic = hasClassicHardware(architecture)
  return (
    <ChoiceCards<Preset>
      label="Hardware"
      columns="two"
      value={preset}
      onChange={(value) => onChange({ ...wish, preset: value })}
      choices={[
        {
          value: 'paravirtual',
          title: special ? 'As recommended' : 'Paravirtual',
          text: special
            ? `${os.recommended.diskBus} disk and ${os.recommended.networkModel} network: ${os.name} has drivers for them.`
            : 'virtio disk with discard, virtio network, balloon, virtio-vga. Fast; every current Linux knows it.',
        },
        {
          value: 'classic',
          title: 'Classic emulated hardware',
          disabled: !hasClassic,
          text: hasClassic
            ? 'IDE disk, e1000 network, VGA. For old systems and for seeing how real hardware looks.'
            : `There is no classic PC for ${architectureWords[architecture]}.`,
        },
      ]}
    />
  )
}
