import type { Failure } from '#contract/failure'
import type { HostFinding } from '#contract/host'

/** What the library lacks because this host refused it. */
export interface LackingStarters {
  /** As they are called in the library. */
  readonly names: readonly string[]
  /** Why the first of them is not there. */
  readonly failure: Failure
}

/** Says which Starter machines are not in the library and why; nothing where all are. */
export function starterFinding(lacking: LackingStarters | undefined, dataFolder: string): readonly HostFinding[] {
  if (lacking === undefined) return []
  const { names, failure } = lacking
  const finding = `${names.join(', ')} could not be put into the library: ${failure.title.toLowerCase()}. Everything else works.`
  const again = 'Then check again: the machines come at once.'
  const fix =
    failure.code === 'no-space'
      ? { text: `Free some space, 150 MB for all three. ${again}`, command: `df -h ${dataFolder}` }
      : { text: `${failure.cure?.text ?? 'See what the evidence names.'} ${again}`, command: failure.cure?.command }
  return [
    {
      id: 'starter',
      title: names.length === 1 ? 'A Starter machine is missing' : 'Starter machines are missing',
      status: 'missing',
      finding,
      evidence: failure.evidence,
      fix,
    },
  ]
}
