// The page with the fake engine, for looking at it: vite build --config tests/web/vite.fake.config.mts, then
// node web/render/site.ts --out build/fake-site
import { resolve } from 'node:path';
import { mergeConfig, type Plugin } from 'vite';
import real from '../../web/vite.config.ts';

const fake = resolve(import.meta.dirname, 'fake-engine.ts');
const swap: Plugin = { name: 'fake-engine', enforce: 'pre', resolveId: (source, importer) => (source === '../photofinish.ts' && importer?.includes('/page/') ? fake : null) };

export default mergeConfig(real, { plugins: [swap], build: { outDir: resolve(import.meta.dirname, '../../build/fake-site') } });
