import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url))

/** The preload script: CommonJS in one file, since a sandboxed preload can load neither ES modules nor other files. */
export default defineConfig({
  root: path('preload'),
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external: ['electron'] },
  build: {
    ssr: true,
    outDir: path('dist/preload'),
    emptyOutDir: false,
    target: 'node20',
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: { bridge: path('preload/bridge.ts') },
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
})
