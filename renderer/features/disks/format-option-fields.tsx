import { Select } from '@mantine/core'

import type { TargetFormat } from '#contract/disk'
import { formatOptions } from '#contract/format-options'

interface FormatOptionFieldsProps {
  readonly format: TargetFormat
  readonly options: Readonly<Record<string, string>>
  readonly onChange: (options: Readonly<Record<string, string>>) => void
}

/** One field for each option of a format; an empty one leaves it to QEMU and the destination. */
export function FormatOptionFields({ format, options, onChange }: FormatOptionFieldsProps) {
  const set = (name: string, value: string | null): void => {
    const { [name]: _old, ...others } = options
    onChange(value === null ? others : { ...others, [name]: value })
  }
  return Object.entries(formatOptions[format]).flatMap(([name, { label, choices }]) =>
    choices.length === 0
      ? []
      : [
          <Select
            key={name}
            label={label}
            description={name}
            placeholder="As usual"
            data={choices.map(([value, words]) => ({ value, label: words }))}
            value={options[name] ?? null}
            clearable
            onChange={(value) => set(name, value)}
          />,
        ],
  )
}
