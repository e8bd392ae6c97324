// Bundles the scripts and styles of the site into build/site/assets, with hashed names; web/render writes the HTML that
// names them, through the manifest. Run from anywhere: vite build --config web/vite.config.ts
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const web = import.meta.dirname;
const site = resolve(web, '../build/site');

/** Entries by name. Those with a fixed file name are contracts (photofinish.mjs) or need their place (sw.js). */
const entries: Record<string, { file: string; name?: string }> = {
  lesson: { file: 'page/lesson.ts' },
  catalogue: { file: 'page/catalogue.ts' },
  photofinish: { file: 'photofinish.ts', name: 'photofinish.mjs' },
  sw: { file: 'isolation/sw.ts', name: 'sw.js' },
};
const present = Object.entries(entries).filter(([, entry]) => existsSync(resolve(web, entry.file)));

/** The folder also holds pages, Pyodide and kernels, so Vite may not empty it; only what it made itself goes. */
const dropOldAssets: Plugin = {
  name: 'drop-old-assets',
  apply: 'build',
  configResolved: (config) => rmSync(resolve(config.build.outDir, 'assets'), { recursive: true, force: true }),
};

export default defineConfig({
  root: web,
  base: './',                       // works under any sub-path
  publicDir: false,
  cacheDir: resolve(web, '../build/vite'),
  plugins: [dropOldAssets],
  worker: { format: 'es' },
  build: {
    outDir: site,
    emptyOutDir: false,
    assetsDir: 'assets',
    assetsInlineLimit: 0,           // a strict Content-Security-Policy has no data: URLs
    modulePreload: { polyfill: false },
    manifest: true,                 // .vite/manifest.json, read by web/render
    target: 'es2022',
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(present.map(([name, entry]) => [name, resolve(web, entry.file)])),
      preserveEntrySignatures: 'strict',       // photofinish.mjs keeps its exports
      output: {
        entryFileNames: (chunk) => entries[chunk.name]?.name ?? 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
});
