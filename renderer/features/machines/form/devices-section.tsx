import { videoDevices } from '#contract/vm-spec'
import { Checkbox, NumberInput, Select } from '@mantine/core'

import { fieldProps } from './field-props.ts'
import { FormSection } from '../../form/form-section.tsx'
import type { SpecForm } from './spec-form-context.ts'

const clocks = [
  { value: 'utc', label: 'UTC (Linux, BSD)' },
  { value: 'localtime', label: 'Local time (Windows)' },
] as const

export function DevicesSection({ form }: { readonly form: SpecForm }) {
  const { draft, change } = form
  const { display } = draft
  return (
    <FormSection title="Devices">
      <NumberInput
        {...fieldProps(form, 'serialPorts', 'The first one is the console of the Serial tab.')}
        label="Serial ports"
        min={0}
        max={4}
        clampBehavior="strict"
        allowDecimal={false}
        value={draft.serialPorts}
        onChange={(value) => typeof value === 'number' && change({ serialPorts: value })}
      />
      <Select
        {...fieldProps(form, display.kind === 'vnc' ? 'display.device' : 'display')}
        label="Display"
        data={[{ value: 'none' as const, label: 'None' }, ...videoDevices.map((value) => ({ value, label: value }))]}
        value={display.kind === 'none' ? 'none' : display.device}
        onChange={(value) =>
          value !== null && change({ display: value === 'none' ? { kind: 'none' } : { kind: 'vnc', device: value } })
        }
      />
      <Select
        {...fieldProps(form, 'rtc')}
        label="Hardware clock"
        data={clocks}
        value={draft.rtc}
        onChange={(rtc) => rtc !== null && change({ rtc })}
      />
      {draft.balloon && (
        <NumberInput
          {...fieldProps(form, 'memoryTargetMiB', 'By the balloon; changeable while the machine runs.')}
          label="Memory left to the guest, in MiB"
          placeholder="All"
          min={16}
          max={draft.memoryMiB}
          allowDecimal={false}
          value={draft.memoryTargetMiB ?? ''}
          onChange={(value) => change({ memoryTargetMiB: typeof value === 'number' ? value : undefined })}
        />
      )}
      <div className="field-checks field-wide">
        <Checkbox
          {...fieldProps(form, 'balloon')}
          label="Memory balloon"
          checked={draft.balloon}
          onChange={(event) => change({ balloon: event.currentTarget.checked })}
        />
        <Checkbox
          {...fieldProps(form, 'rng')}
          label="Random numbers from this computer"
          checked={draft.rng}
          onChange={(event) => change({ rng: event.currentTarget.checked })}
        />
        <Checkbox
          {...fieldProps(form, 'usbTablet')}
          label="USB tablet: the pointer need not be captured"
          checked={draft.usbTablet}
          onChange={(event) => change({ usbTablet: event.currentTarget.checked })}
        />
      </div>
    </FormSection>
  )
}
