import type { ContainerState } from '#contract/container'

/** A container's state in a word, and the tone it is shown in. */
export function containerStateWord(state: ContainerState): { readonly word: string; readonly tone: string } {
  switch (state.kind) {
    case 'stopped':
      return { word: 'Stopped', tone: 'quiet' }
    case 'starting':
      return { word: 'Starting', tone: 'tone-warn' }
    case 'stopping':
      return { word: 'Stopping', tone: 'tone-warn' }
    case 'running':
      return state.frozen ? { word: 'Frozen', tone: 'tone-warn' } : { word: 'Running', tone: 'tone-good' }
  }
}

export const networkWords = {
  none: 'No network',
  host: 'Shares this host’s network',
  nat: 'Its own network with a way out',
} as const

export const routeWords = {
  native: 'This host’s processor runs its programs.',
  own: 'Emulated; registered in the container’s own namespace, the host is not changed.',
  system: 'Emulated by the host’s own registration.',
  explicit: 'The emulator stands before each command; what that command starts does not run.',
} as const
