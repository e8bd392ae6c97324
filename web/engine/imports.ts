// Which modules a program imports, told from its text: what only some programs need (NumPy, processes) is made ready only for those.
// A look at the text is enough: what it cannot see (importlib, exec) fails with Python's own ModuleNotFoundError.
import type { HomeFile } from '../protocol.ts';

const STRING_OR_COMMENT = /("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*?\1|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|#[^\n]*/g;
const JOINED_LINES = /\\\r?\n/g;
// At the start of a line, or of a statement behind another one: `try: import numpy`.
const IMPORT = /(?:^|[;:])[ \t]*(?:import[ \t]+([^;\r\n]+)|from[ \t]+(\w+)(?:\.\w+)*[ \t]+import\b)/gm;

const codeOf = (source: string) => source.replace(STRING_OR_COMMENT, '""').replace(JOINED_LINES, ' ');

/** The top-level names of the modules that import statements name, those in functions and branches too. */
export function importedModules(source: string): Set<string> {
  const code = codeOf(source);
  const names = new Set<string>();
  for (const [, list, from] of code.matchAll(IMPORT)) {
    if (from) names.add(from);
    else for (const part of list.split(',')) names.add(/^\s*(\w*)/.exec(part)![1]);
  }
  names.delete('');
  return names;
}

/** Whether a program imports `wanted`, itself or through modules of its own among `files`. */
export function needs(wanted: string, source: string, files: Iterable<HomeFile> = []): boolean {
  for (const { modules } of partsOf(source, files)) if (modules.has(wanted)) return true;
  return false;
}

/** Whether a program will want processes, as far as can be told: it imports multiprocessing, or names ProcessPoolExecutor. */
export function wantsProcesses(source: string, files: Iterable<HomeFile> = []): boolean {
  for (const { text, modules } of partsOf(source, files)) {
    if (modules.has('multiprocessing') || (modules.has('concurrent') && /\bProcessPoolExecutor\b/.test(codeOf(text)))) return true;
  }
  return false;
}

/** A program's own sources, with the modules that each imports. */
function* partsOf(source: string, files: Iterable<HomeFile>): Generator<{ text: string; modules: Set<string> }> {
  const texts = new Map([...files].filter(([path]) => path.endsWith('.py')));
  const seen = new Set<string>(), waiting = [source];
  while (waiting.length) {
    const text = waiting.pop()!, modules = importedModules(text);
    yield { text, modules };
    for (const name of modules) {
      if (seen.has(name)) continue;
      seen.add(name);
      for (const path of [`${name}.py`, `${name}/__init__.py`]) {
        const bytes = texts.get(path);
        if (bytes) waiting.push(new TextDecoder().decode(bytes));
      }
    }
  }
}
