import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { optionsTable, withOptionsTable } from '../../dist/cli/options_table.js';
import { OPTIONS } from '../../dist/render/options/options.js';

describe('the options section of README', () => {
  it('is what the schema says today (else: npm run docs)', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(withOptionsTable(readme)).toBe(readme);
  });

  it('lists every option', () => {
    for (const o of OPTIONS) expect(optionsTable()).toContain(`\`${o.flag}`);
  });

  it('says so where a text has no place for it', () => {
    expect(() => withOptionsTable('nothing here')).toThrow(/markers/);
  });
});
