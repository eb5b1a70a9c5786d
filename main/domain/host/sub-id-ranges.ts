import type { SubIdRange } from './host-details.ts'

/** The ranges that `/etc/subuid` or `/etc/subgid` gives to a user, by name or by number; see subuid(5). */
export function subIdRanges(text: string, user: string, uid: number): readonly SubIdRange[] {
  return text.split('\n').flatMap((line) => {
    const [owner, first, count] = line.split(':')
    if (owner !== user && owner !== String(uid)) return []
    const range = { first: Number(first), count: Number(count) }
    return Number.isSafeInteger(range.first) && range.count > 0 ? [range] : []
  })
}
