import { readFileSync } from 'node:fs'

/** Numbers of the processes that a process has started and that are still its children. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text
      .trim()
      .split(/\s+/)
      .map(Number)
      .filter((each) => each > 0)
  } catch {
    return []
  }
}
