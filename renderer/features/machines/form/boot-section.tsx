import type { VmDraft } from '#contract/vm-spec'
import { Checkbox, Select, Switch, TextInput } from '@mantine/core'

import { fieldProps } from './field-props.ts'
import { FormSection } from '../../form/form-section.tsx'
import { PathInput } from '../../form/path-input.tsx'
import { fieldId } from '../../form/problems-at.ts'
import { isFixed, type SpecForm } from './spec-form-context.ts'

type BootSource = VmDraft['boot']['order'][number]
type Kernel = NonNullable<VmDraft['kernel']>

const sourceWords: Readonly<Record<BootSource, string>> = { disk: 'Disk', cdrom: 'CD', network: 'Network' }
const places = ['First', 'Second', 'Third']

export function BootSection({ form }: { readonly form: SpecForm }) {
  const { draft, change } = form
  const { kernel } = draft
  const changeKernel = (patch: Partial<Kernel>): void =>
    change({ kernel: { kernelPath: '', commandLine: '', ...kernel, ...patch } })
  return (
    <FormSection title="Boot">
      <Switch
        id={fieldId('kernel')}
        label="Start a kernel directly"
        description="Without boot loader: a kernel file, its initrd and its command line."
        className="field-wide"
        disabled={isFixed(form, 'kernel')}
        checked={kernel !== undefined}
        onChange={(event) =>
          change({ kernel: event.currentTarget.checked ? { kernelPath: '', commandLine: '' } : undefined })
        }
      />
      {kernel !== undefined && (
        <>
          <PathInput
            {...fieldProps(form, 'kernel.kernelPath')}
            label="Kernel file"
            placeholder="/boot/vmlinuz"
            value={kernel.kernelPath}
            onChange={(kernelPath) => changeKernel({ kernelPath })}
          />
          <PathInput
            {...fieldProps(form, 'kernel.initrdPath')}
            label="Initrd file"
            placeholder="None"
            value={kernel.initrdPath ?? ''}
            onChange={(initrdPath) => changeKernel({ initrdPath: initrdPath === '' ? undefined : initrdPath })}
          />
          <TextInput
            {...fieldProps(form, 'kernel.commandLine')}
            label="Kernel command line"
            className="field-wide field-code"
            placeholder="console=ttyS0"
            spellCheck={false}
            value={kernel.commandLine}
            onChange={(event) => changeKernel({ commandLine: event.currentTarget.value })}
          />
        </>
      )}
      {kernel === undefined && (
        <>
          <div className="field-triple field-wide" role="group" aria-label="Boot order" id={fieldId('boot.order')}>
            {places.map((place, index) => (
              <BootPlace key={place} form={form} label={`${place} boot device`} index={index} />
            ))}
          </div>
          <Checkbox
            {...fieldProps(form, 'boot.menu')}
            label="Offer a boot menu"
            checked={draft.boot.menu}
            onChange={(event) => change({ boot: { ...draft.boot, menu: event.currentTarget.checked } })}
          />
        </>
      )}
    </FormSection>
  )
}

interface BootPlaceProps {
  readonly form: SpecForm
  readonly label: string
  readonly index: number
}

/** One place in the boot order. Choosing what another place holds moves it here. */
function BootPlace({ form, label, index }: BootPlaceProps) {
  const { order } = form.draft.boot
  const choose = (chosen: BootSource | 'none'): void => {
    const others = order.filter((source, place) => source !== chosen && place !== index)
    const next = chosen === 'none' ? others : [...others.slice(0, index), chosen, ...others.slice(index)]
    form.change({ boot: { ...form.draft.boot, order: next } })
  }
  return (
    <Select
      {...fieldProps(form, `boot.order[${index}]`)}
      label={label}
      disabled={isFixed(form, 'boot.order') || index > order.length}
      data={[
        ...(['disk', 'cdrom', 'network'] as const).map((value) => ({ value, label: sourceWords[value] })),
        { value: 'none' as const, label: 'Nothing' },
      ]}
      value={order[index] ?? 'none'}
      onChange={(value) => value !== null && choose(value)}
    />
  )
}
