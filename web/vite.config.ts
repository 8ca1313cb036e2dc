import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// Started from a test, the environment says `test`, and React would come with its checks for developers.
if (process.argv.includes('build')) process.env['NODE_ENV'] = 'production';

/** `base: './'`: the hub writes a `<base>` into the page, so one bundle works under every path prefix. */
export default defineConfig({
  root: path('.'),
  base: './',
  publicDir: path('./public'),
  plugins: [react()],
  build: {
    outDir: path('../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    manifest: true,
    // Inlined files would be data: URLs, which the hub's content security policy refuses for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { port: 8421, proxy: { '/api': 'http://127.0.0.1:8420', '/livez': 'http://127.0.0.1:8420' } },
});
