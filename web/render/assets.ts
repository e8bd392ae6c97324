// The hashed names of scripts and styles, from the manifest that Vite writes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Chunk { file: string; css?: string[]; imports?: string[] }

export interface Assets { entry(name: string): { script: string; styles: string[]; preloads: string[] } }

export function readAssets(site: string): Assets {
  const path = join(site, '.vite', 'manifest.json');
  if (!existsSync(path)) throw new Error(`${path} is missing: run the bundler first (vite build --config web/vite.config.ts)`);
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Chunk>;
  const closure = (name: string, seen = new Set<string>()): Set<string> => {
    if (!seen.has(name)) {
      seen.add(name);
      for (const other of manifest[name]?.imports ?? []) closure(other, seen);
    }
    return seen;
  };
  return {
    entry(name) {
      const chunk = manifest[name];
      if (!chunk) throw new Error(`${path} has no entry ${name}: run the bundler again`);
      const all = [...closure(name)].map((key) => manifest[key]);
      return {
        script: chunk.file,
        styles: [...new Set(all.flatMap((part) => part.css ?? []))],
        preloads: all.filter((part) => part !== chunk).map((part) => part.file),
      };
    },
  };
}
