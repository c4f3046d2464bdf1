import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  flushFolder,
  move,
  removeStaleTemporaries,
  temporaryName,
  writeAtomic,
  writeError,
} from '../../dist/frames/atomic.js';
import { failure, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();

describe('writeAtomic', () => {
  it('writes, replaces, and leaves nothing beside', async () => {
    await mkdir(at('a'));
    await writeAtomic(at('a/x.json'), 'one');
    await writeAtomic(at('a/x.json'), new Uint8Array([116, 119, 111]));
    expect(readFileSync(at('a/x.json'), 'utf8')).toBe('two');
    expect(readdirSync(at('a'))).toEqual(['x.json']);
  });

  it('writes a name as long as file systems allow', async () => {
    const name = `${'x'.repeat(250)}.json`;
    await mkdir(at('long'));
    await writeAtomic(at(`long/${name}`), 'one');
    expect(readdirSync(at('long'))).toEqual([name]);
  });

  it('knows a renaming whose answer was lost from one that failed', async () => {
    await mkdir(at('moved'));
    const [from, to] = [at('moved/from'), at('moved/to')];
    const lost = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    writeFileSync(from, 'new');
    await move(from, to, async (a, b) => {
      renameSync(String(a), String(b));
      throw lost;
    });
    expect(readFileSync(to, 'utf8')).toBe('new');
    writeFileSync(from, 'newer');
    await expect(
      move(from, to, async () => {
        throw lost;
      }),
    ).rejects.toBe(lost);
  });

  it.skipIf(!existsSync('/proc/self'))('lets pass that a folder cannot be flushed', async () => {
    await expect(flushFolder('/proc/self')).resolves.toBeUndefined();
  });

  it('says why a file cannot be written, naming it', async () => {
    writeFileSync(at('file'), '');
    const cases = [
      [at('nowhere/x.json'), 'its folder does not exist'],
      [at('file/x.json'), 'what should be its folder is a file'],
      [at(''), 'it is a folder'],
    ];
    for (const [path, reason] of cases) {
      const error = await failure(writeAtomic(path, 'x'));
      expect(error).toMatchObject({ kind: 'input', code: 'OUTPUT_NOT_WRITABLE' });
      expect(error.message).toContain(reason);
    }
    expect(readdirSync(dirname(at('x'))).filter((name) => name.includes('.tmp-'))).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('calls a full disk by its name', async () => {
    const cause = await writeFile('/dev/full', 'x').catch((reason) => reason);
    expect(writeError(cause, 'frames/000001.png')).toMatchObject({
      kind: 'resources',
      code: 'DISK_FULL',
      message: 'frames/000001.png could not be written: the disk is full.',
      cause,
    });
  });
});

describe('removeStaleTemporaries', () => {
  it('removes what dead processes left of this file, and only that', async () => {
    await mkdir(at('s'));
    const mine = temporaryName(at('s/out.mp4'));
    writeFileSync(mine, '');
    // Process ids end far below this number.
    for (const name of ['.out.tmp-999999999-abcdef.mp4', '.other.tmp-999999999-abcdef.mp4', 'out.mp4']) {
      writeFileSync(at(`s/${name}`), '');
    }
    await removeStaleTemporaries(at('s/out.mp4'));
    expect(readdirSync(at('s')).sort()).toEqual(
      [mine.slice(at('s/').length), '.other.tmp-999999999-abcdef.mp4', 'out.mp4'].sort(),
    );
  });
});
