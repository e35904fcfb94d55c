import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';
import { compressed } from './compress.ts';
import { wordTables } from './words.ts';

const serverOf = (mode: string): string => loadEnv(mode, import.meta.dirname, 'PERENNIAL_')['PERENNIAL_URL'] ?? 'http://127.0.0.1:3000';

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  plugins: [react(), wordTables(), compressed()],
  build: {
    target: 'es2023',
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    // Inlined assets would need data: in more of the content security policy than images.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'charts', test: /node_modules[\\/](echarts|zrender)[\\/]/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    // The browser's own Host goes along, or the server takes a write for a foreign one.
    proxy: Object.fromEntries(['/api', '/v1', '/docs'].map((path) => [path, { target: serverOf(mode), changeOrigin: false }])),
  },
}));
