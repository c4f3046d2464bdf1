import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Who may import whom, as ARCHITECTURE.md draws it; all may import the files that lie directly in src/. */
const MAY_IMPORT: Record<string, string[]> = {
  engine: [],
  frames: [],
  flow: ['engine'],
  temporal: ['flow'],
  nst: ['engine'],
  render: ['engine', 'frames', 'flow', 'temporal', 'nst'],
  cli: ['render'],
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));

const imports = (text: string): string[] => [...text.matchAll(/from '(\.[^']+)'/g)].map((m) => m[1]);

describe('the structure of src', () => {
  it('has a rule for every folder', () => {
    const folders = new Set(files.filter((f) => f.name.includes('/')).map((f) => f.name.split('/')[0]));
    expect([...folders].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it('imports only along the arrows', () => {
    const wrong: string[] = [];
    for (const { name, text } of files) {
      const folder = name.includes('/') ? name.split('/')[0] : undefined;
      if (!folder) continue;
      for (const path of imports(text)) {
        const target = relative(src, join(src, name, '..', path));
        const other = target.includes('/') ? target.split('/')[0] : undefined;
        if (other && other !== folder && !MAY_IMPORT[folder].includes(other))
          wrong.push(`${name} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('takes only types from flow into temporal', () => {
    const wrong = files
      .filter((f) => f.name.startsWith('temporal/'))
      .flatMap((f) =>
        [...f.text.matchAll(/import (?!type\b)[^;]*from '\.\.\/flow\/[^']+'/g)].map(
          (m) => `${f.name}: ${m[0]}`,
        ),
      );
    expect(wrong).toEqual([]);
  });

  it('has no file over 500 lines', () => {
    expect(files.filter((f) => f.text.split('\n').length > 500).map((f) => f.name)).toEqual([]);
  });
});
