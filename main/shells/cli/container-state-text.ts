import { type ContainerState } from '#contract/container'

/** A container's state in a word or two. */
export function containerStateText(state: ContainerState): string {
  if (state.kind !== 'running') return state.kind
  return state.frozen ? 'frozen' : 'running'
}
