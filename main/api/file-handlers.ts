import { apiCalls } from '#contract/api'
import { bound, type Handlers } from './dispatch.ts'

type FileCallNames = { readonly [N in keyof Handlers as N extends `file.${string}` ? N : never]: Handlers[N] }

/** The calls about files that machines start from. What they need is loaded with the first of them. */
export function fileHandlers(cacheFolder: string): FileCallNames {
  return {
    'file.inspect': bound(apiCalls['file.inspect'], async ({ path }) => {
      const { inspectMedium } = await import('../services/os/inspect-medium.ts')
      return await inspectMedium(path, cacheFolder)
    }),
  }
}
