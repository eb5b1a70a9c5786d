/** A value inside QEMU's `key=value,key=value` form: a comma ends it unless it is doubled. */
export function escapeOptionValue(value: string): string {
  return value.replaceAll(',', ',,')
}
