import { join } from 'node:path'

import { build } from 'vite'

/** Bundles a TypeScript program of the tests for plain Node; returns the path of the result in `folder`. */
export async function buildScript(entry: string, folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: new URL('../..', import.meta.url).pathname,
    ssr: { noExternal: true, external: ['node-pty'] },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'script.mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  })
  return join(folder, 'script.mjs')
}
