import { escapeOptionValue } from './escape-option-value.ts'

/** One option as it stands in argv, and one sentence for people: what it is, why so, what happens without it. */
export interface QemuOption {
  readonly args: readonly string[]
  readonly explanation: string
}

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined }

/** An option whose value is JSON: nothing in it needs escaping. Keys whose value is undefined are left out. */
export function jsonOption(
  flag: '-blockdev' | '-device' | '-object' | '-netdev',
  value: { readonly [key: string]: Json | undefined },
  explanation: string,
): QemuOption {
  return { args: [flag, JSON.stringify(value)], explanation }
}

/**
 * An option in QEMU's own `first,key=value` form, commas in values doubled. `first` is written as it is given, so it
 * must not be text from outside.
 */
export function keyedOption(
  flag: string,
  first: string | undefined,
  values: Readonly<Record<string, string | undefined>>,
  explanation: string,
): QemuOption {
  const pairs = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeOptionValue(value)}`],
  )
  return { args: [flag, [...(first === undefined ? [] : [first]), ...pairs].join(',')], explanation }
}
