// Vitest's own corner: what it caches goes below build/.
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({ root: import.meta.dirname, cacheDir: resolve(import.meta.dirname, '../../build/vitest'), test: { include: ['*.test.ts'] } });
