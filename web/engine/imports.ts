// Which modules a program imports, told from its text: what only some programs need (NumPy) is loaded only for those.
// A look at the text is enough: what it cannot see (importlib, exec) fails with Python's own ModuleNotFoundError.
import type { HomeFile } from '../protocol.ts';

const STRING_OR_COMMENT = /("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*?\1|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|#[^\n]*/g;
const JOINED_LINES = /\\\r?\n/g;
// At the start of a line, or of a statement behind another one: `try: import numpy`.
const IMPORT = /(?:^|[;:])[ \t]*(?:import[ \t]+([^;\r\n]+)|from[ \t]+(\w+)(?:\.\w+)*[ \t]+import\b)/gm;

/** The top-level names of the modules that import statements name, those in functions and branches too. */
export function importedModules(source: string): Set<string> {
  const code = source.replace(STRING_OR_COMMENT, '""').replace(JOINED_LINES, ' ');
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
  const texts = new Map([...files].filter(([path]) => path.endsWith('.py')));
  const seen = new Set<string>(), waiting = [source];
  while (waiting.length) {
    for (const name of importedModules(waiting.pop()!)) {
      if (name === wanted) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      for (const path of [`${name}.py`, `${name}/__init__.py`]) {
        const text = texts.get(path);
        if (text) waiting.push(new TextDecoder().decode(text));
      }
    }
  }
  return false;
}
