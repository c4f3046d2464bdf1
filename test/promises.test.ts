import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const rows = readFileSync(at('docs/promises.md'), 'utf8')
  .split('\n')
  .slice(1)
  .filter((line) => /^\| [^-]/.test(line) && !line.startsWith('| promise |'))
  .map((line) => line.slice(2, -2).split(' | '));

describe('the promises of the README', () => {
  it('are listed where it says', () => {
    expect(readFileSync(at('README.md'), 'utf8')).toContain('](docs/promises.md)');
    expect(rows.length).toBeGreaterThan(10);
    for (const kind of [
      'Safe to stop',
      'Bounded memory',
      'Nothing lost',
      'Nothing is ever sent',
      'The same bits',
    ])
      expect(rows.some(([promise]) => promise.startsWith(kind))).toBe(true);
  });

  it.each(rows)('%s: %s', (_, file, title) => {
    expect(file).toMatch(/^`test\/.*\.test\.ts`$/);
    const path = at(file.slice(1, -1));
    expect(existsSync(path)).toBe(true);
    const text = readFileSync(path, 'utf8');
    expect(/\b(it|describe)\b/.test(text) && text.includes(title)).toBe(true);
  });
});
