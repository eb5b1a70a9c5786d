import { vmArchitectures } from '#contract/vm-spec'
import { Button, Radio, Select, TextInput } from '@mantine/core'
import { ArrowRight, Disc3, FileTerminal, HardDrive, LayoutTemplate, Library, SquareDashed } from 'lucide-react'
import { type ReactNode, useRef } from 'react'

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
  { kind: 'image', icon: Library, title: 'Catalogue image', text: 'A system that was downloaded before' },
  { kind: 'iso', icon: Disc3, title: 'Installer ISO', text: 'A CD image to install from, and a new disk' },
  { kind: 'disk', icon: HardDrive, title: 'Existing disk', text: 'A disk image: copied, moved, or where it lies' },
  { kind: 'kernel', icon: FileTerminal, title: 'Kernel and initrd', text: 'Started directly, without boot loader' },
  { kind: 'template', icon: LayoutTemplate, title: 'Template', text: 'A clone of a machine made to be cloned' },
  { kind: 'blank', icon: SquareDashed, title: 'Blank', text: 'A new empty disk and nothing else' },
] as const

export function SourceStep({ wish, suggestedName, inspection, busy, onChange, onNext }: SourceStepProps) {
  const { source, architecture, name } = wish
  const complete = isComplete(source) && inspection?.failure === undefined
  // Each kind keeps what was typed for it.
  const kept = useRef(new Map<Source['kind'], Source>())
  const choose = (value: string): void => {
    kept.current.set(source.kind, source)
    const kind = kinds.find((each) => each.kind === value)?.kind ?? 'iso'
    onChange({ ...wish, os: undefined, source: kept.current.get(kind) ?? emptySource(kind, architecture) })
  }
  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    if (complete && !busy) onNext()
  }
  return (
    <form className="source-step" onSubmit={submit}>
      <Radio.Group label="Start from" value={source.kind} onChange={choose}>
        <div className="source-cards three">
          {kinds.map(({ kind, icon: Icon, title, text }) => (
            <Radio.Card key={kind} value={kind} className="source-card" aria-label={title}>
              <Icon size={20} aria-hidden className="source-card-icon" />
              <span>
                <span className="source-card-title">{title}</span>
                <span className="source-card-text">{text}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>

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
  return (
    <Radio.Group label="Hardware" value={preset} onChange={(value) => onChange({ ...wish, preset: value })}>
      <div className="source-cards two">
        <PresetCard value="paravirtual" title={special ? 'As recommended' : 'Paravirtual'} disabled={false}>
          {special
            ? `${os.recommended.diskBus} disk and ${os.recommended.networkModel} network: ${os.name} has drivers for them.`
            : 'virtio disk with discard, virtio network, balloon, virtio-vga. Fast; every current Linux knows it.'}
        </PresetCard>
        <PresetCard value="classic" title="Classic emulated hardware" disabled={!hasClassicHardware(architecture)}>
          {hasClassicHardware(architecture)
            ? 'IDE disk, e1000 network, VGA. For old systems and for seeing how real hardware looks.'
            : `There is no classic PC for ${architectureWords[architecture]}.`}
        </PresetCard>
      </div>
    </Radio.Group>
  )
}

interface PresetCardProps {
  readonly value: Preset
  readonly title: string
  readonly disabled: boolean
  readonly children: ReactNode
}

function PresetCard({ value, title, disabled, children }: PresetCardProps) {
  return (
    <Radio.Card value={value} className="source-card" disabled={disabled} aria-label={title}>
      <Radio.Indicator className="source-card-icon" disabled={disabled} />
      <span>
        <span className="source-card-title">{title}</span>
        <span className="source-card-text">{children}</span>
      </span>
    </Radio.Card>
  )
}
