// The program's files: its home folder in the interpreter, given before a run and taken back after it.
import type { HomeFile } from '../protocol.ts';

export const HOME = '/home/pyodide';
export const HOME_LIMIT = 256 * 1024 * 1024;     // bytes that a run may leave behind

/** Every file below the home folder. */
function* walk(FS: any, folder = HOME): Generator<{ path: string; size: number }> {
  for (const name of FS.readdir(folder)) {
    if (name === '.' || name === '..') continue;
    const path = `${folder}/${name}`;
    const stat = FS.lstat(path);
    if (FS.isDir(stat.mode)) yield* walk(FS, path);
    else if (FS.isFile(stat.mode)) yield { path, size: stat.size };
  }
}

export function writeHome(FS: any, files: HomeFile[]): void {
  for (const [name, bytes] of files) {
    const path = `${HOME}/${name}`;
    FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    FS.writeFile(path, bytes);
  }
}

/** The files as they are now; past HOME_LIMIT the rest is left out and named in `left`. */
export function readHome(FS: any): { files: HomeFile[]; left: string[] } {
  const files: HomeFile[] = [], left: string[] = [];
  let total = 0;
  for (const { path, size } of walk(FS)) {
    const name = path.slice(HOME.length + 1);
    total += size;
    if (total > HOME_LIMIT) left.push(name);
    else files.push([name, FS.readFile(path)]);
  }
  return { files, left };
}
