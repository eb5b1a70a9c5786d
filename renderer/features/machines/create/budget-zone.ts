import type { HostShare } from '#contract/host'

export type BudgetZone = 'safe' | 'caution' | 'over'

/** Where a wish lies in what the host has left. */
export function budgetZone(value: number, { safe, caution }: HostShare): BudgetZone {
  if (value <= safe) return 'safe'
  return value <= caution ? 'caution' : 'over'
}

/** The zone as a person reads it: the word carries it, the colour only helps. */
export function zoneWords(zone: BudgetZone, { safe, caution }: HostShare, unit: string): string {
  const amount = (value: number): string => `${value}${unit === '' ? '' : ` ${unit}`}`
  switch (zone) {
    case 'safe':
      return `Safe: up to ${amount(safe)}`
    case 'caution':
      return `Caution: more than ${amount(safe)} leaves little for the rest`
    case 'over':
      return `Over-committed: the host has ${amount(caution)} left`
  }
}
