import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url))

const entries = Object.entries({
  electron: path('main/shells/electron/main.ts'),
  cli: path('main/shells/cli/main.ts'),
}).filter(([, file]) => existsSync(file))

/**
 * Electron's main process and the CLI, as ES modules with shared chunks. Everything is bundled except what cannot be:
 * Electron itself and the one native module. All files lie flat in dist/main, so that `../renderer` seen from
 * `import.meta.url` is the same folder for every chunk.
 */
export default defineConfig({
  root: path('main'),
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external: ['electron', 'node-pty', 'bufferutil', 'utf-8-validate'] },
  build: {
    ssr: true,
    outDir: path('dist/main'),
    emptyOutDir: false,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(entries),
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        // Read at each start: without white space and comments that takes a third less. Names stay, for crash reports.
        minify: { compress: false, mangle: false, codegen: true },
      },
    },
  },
})
