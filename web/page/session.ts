// What a reader changed, kept for this tab's session: edited code, parameters, the last verdict. Nothing is kept longer, and
// nothing at all where the browser denies storage (some frames, private windows).

export interface Edits { source: string; params: Record<string, string> }

const key = (slug: string, what: string) => `photofinish:${slug}:${what}`;

/** The edits belong to one version of the lesson: where its lanes file has changed since, they are dropped. */
export function loadEdits(slug: string, original: string): Edits | null {
  const stored = read<{ of: string } & Edits>(key(slug, 'edits'));
  return stored && stored.of === fingerprint(original) && typeof stored.source === 'string' ? { source: stored.source, params: stored.params ?? {} } : null;
}

export function saveEdits(slug: string, original: string, edits: Edits): void {
  const unchanged = edits.source === original && Object.keys(edits.params).length === 0;
  write(key(slug, 'edits'), unchanged ? null : { of: fingerprint(original), ...edits });
}

export function saveVerdict(slug: string, sentence: string): void {
  write(key(slug, 'verdict'), sentence);
}

export function verdictOf(slug: string): string | null {
  return read<string>(key(slug, 'verdict'));
}

function read<T>(name: string): T | null {
  try {
    const text = sessionStorage.getItem(name);
    return text === null ? null : JSON.parse(text) as T;
  } catch {
    return null;
  }
}

function write(name: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  } catch { /* no storage: the edits live as long as the page */ }
}

function fingerprint(text: string): string {
  let hash = 5381;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(index)) >>> 0;
  return `${text.length}:${hash.toString(36)}`;
}
