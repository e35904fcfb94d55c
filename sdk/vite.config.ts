import { defineConfig } from 'vite';

/** One small file for a script tag: no imports, no names but its own. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: 'es2020',
    sourcemap: false,
    reportCompressedSize: false,
    lib: { entry: 'src/index.ts', formats: ['iife'], name: 'perennialSnippet', fileName: () => 'perennial.js' },
  },
});
