// tests/web/run.sh cells
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asked, joinCells, laneFunction, lanes, parameters, shownBody, splitCells, withBody } from '../../web/page/logic/cells.ts';

const source = `# %% parameters
n = 100_000                        # numbers only
rate = 0.5
# %% setup
values = list(range(n))

# %% lane idiom: index loop
def helper():
    def inner(): pass
def index_loop(values):
    return 1

# %% lane better: threads, no GIL [python=free-threaded]
def threads(values):
    return 1
# %% lane kernel: C [fast]
x = 1
# %% check
def same(a, b):
    return a == b
`;

describe('cells', () => {
  test('are told apart by their headings', () => {
    expect(splitCells(source).map((cell) => cell.kind)).toEqual(['parameters', 'setup', 'lane', 'lane', 'lane', 'check']);
  });

  test('lanes know kind, title and options; a bracket without = belongs to the title', () => {
    expect(lanes(splitCells(source)).map((cell) => cell.lane)).toEqual([
      { kind: 'idiom', title: 'index loop', options: {} },
      { kind: 'better', title: 'threads, no GIL', options: { python: 'free-threaded' } },
      { kind: 'kernel', title: 'C [fast]', options: {} },
    ]);
  });

  test('the lane is its last function at the left margin', () => {
    expect(lanes(splitCells(source)).map(laneFunction)).toEqual(['index_loop', 'threads', null]);
  });

  test('a file may ask for memory on its parameters line, and for counts by a cell', () => {
    expect(asked(splitCells(source))).toEqual([]);
    const cells = splitCells(source.replace('%% parameters', '%% parameters [memory]') + '# %% counts\nkey = counted(key, "calls of key")\n');
    expect(cells.map((cell) => cell.kind)).toEqual(['parameters', 'setup', 'lane', 'lane', 'lane', 'check', 'counts']);
    expect(asked(cells)).toEqual(['memory', 'counts']);
    expect(parameters(cells)).toHaveLength(2);
    expect(splitCells('# %% parameters x\n')[0].kind).toBe('other');
  });

  test('parameters are numbers with their note', () => {
    expect(parameters(splitCells(source))).toEqual([{ name: 'n', value: 100000, note: 'numbers only' }, { name: 'rate', value: 0.5, note: '' }]);
  });

  test.each([source, '', 'no cells at all', '# comment\n\n# %% setup', '# %% setup\n\n\n', '\n\n# %% lane odd: x\nbody', '#%% setup\nx = 1\n# %% markdown\n'])('splitting and joining are inverse: %j', (text) => {
    expect(joinCells(splitCells(text))).toBe(text);
  });

  test('an edited body keeps the gap to the next cell', () => {
    const cells = splitCells(source);
    cells[1] = withBody(cells[1], 'values = [1]\n\n\n');
    expect(joinCells(cells)).toContain('values = [1]\n\n# %% lane idiom');
    expect(shownBody(cells[1])).toBe('values = [1]');
  });

  test('an unedited body changes nothing', () => {
    const cells = splitCells(source);
    expect(joinCells(cells.map((cell) => withBody(cell, shownBody(cell))))).toBe(source);
  });
});

describe('the lessons’ own files', () => {
  const folder = resolve(import.meta.dirname, '../../lessons');
  const slugs = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'lanes.py')));
  test.each(slugs)('%s', (slug) => {
    const text = readFileSync(join(folder, slug, 'lanes.py'), 'utf8'), cells = splitCells(text);
    expect(joinCells(cells)).toBe(text);
    expect(joinCells(cells.map((cell) => (cell.body.trim() ? withBody(cell, shownBody(cell)) : cell)))).toBe(text);
    expect(parameters(cells).length).toBeGreaterThan(0);
    expect(lanes(cells)[0].lane.kind).toBe('idiom');
    for (const lane of lanes(cells)) expect(laneFunction(lane)).not.toBeNull();
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60);
  });
});
