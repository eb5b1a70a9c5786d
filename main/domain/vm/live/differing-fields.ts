/**
 * Paths at which two values of the same schema differ, as JavaScript writes them (`cpu.cores`, `disks[1].cache`). A list
 * of another length differs as a whole. Absent and undefined are the same.
 */
export function differingFields(before: unknown, after: unknown, path = ''): readonly string[] {
  if (Object.is(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return [path]
    return before.flatMap((item: unknown, index) => differingFields(item, after[index], `${path}[${index}]`))
  }
  if (!isRecord(before) || !isRecord(after)) return [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => differingFields(before[key], after[key], path === '' ? key : `${path}.${key}`))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
