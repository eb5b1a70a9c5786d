import { fileURLToPath } from 'node:url'

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The window: one page for Electron and for the browser. Addresses are relative, because each shell serves it from its own origin. */
export default defineConfig({
  root: fileURLToPath(new URL('../renderer', import.meta.url)),
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/renderer', import.meta.url)),
    // build.mjs sweeps old files: a window that is open during a build may still ask for its own chunks.
    emptyOutDir: false,
    target: 'es2023',
    sourcemap: true,
    // The content policy allows fonts and scripts from the page's own origin alone, so nothing may become a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        // What the first picture needs is one file: each file more is a round through Electron's main process, which is
        // busy opening the library at that moment.
        codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] },
      },
    },
  },
})
