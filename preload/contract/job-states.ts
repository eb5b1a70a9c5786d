import type { JobState } from './job.ts'

/** States in which a job is not over. Apart from the schemas: the window's first picture asks for them, and for no schema. */
export const openJobStates: readonly JobState['kind'][] = ['queued', 'running', 'paused']
