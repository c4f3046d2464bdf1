import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isThere, namesIn, removeFile } from '../src/there.js';
import { scratchFolder } from './support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
mkdirSync(at('full'));
writeFileSync(at('full/a'), '');
symlinkSync(at('circle'), at('circle'));

describe('what is there', () => {
  it('is told of files and folders, and of nothing', async () => {
    expect([
      isThere(at('full')),
      isThere(at('full/a')),
      isThere(at('none')),
      isThere(at('full/a/b')),
    ]).toEqual([...[true, true], ...[false, false]]);
    expect(await namesIn(at('full'))).toEqual(['a']);
    expect(await namesIn(at('none'))).toEqual([]);
    expect(await namesIn(at('full/a'))).toEqual([]);
  });

  it('is no "nothing" where the system cannot tell', async () => {
    const unknown = { kind: 'input', code: 'FILE_UNREADABLE', message: expect.stringContaining('ELOOP') };
    expect(() => isThere(at('circle'))).toThrow(expect.objectContaining(unknown));
    await expect(namesIn(at('circle'))).rejects.toMatchObject(unknown);
  });

  it('is removed once', async () => {
    writeFileSync(at('gone'), '');
    await removeFile(at('gone'));
    await removeFile(at('gone'));
    expect(isThere(at('gone'))).toBe(false);
  });
});
