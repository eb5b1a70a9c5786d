/** `list` with the item at `index` changed by `patch`. */
export function changeItem<T extends object>(list: readonly T[], index: number, patch: Partial<T>): T[] {
  return list.map((item, place) => (place === index ? { ...item, ...patch } : item))
}

export function withoutItem<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, place) => place !== index)
}
