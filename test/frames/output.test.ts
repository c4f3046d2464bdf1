import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assertWritableOutput, containerOf, outputKind } from '../../dist/frames/output.js';
import { failure, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();
const fresh = { overwrite: false };

describe('assertWritableOutput', () => {
  it('accepts a new film and leaves no trace', async () => {
    mkdirSync(at('a'));
    await assertWritableOutput(at('a/x.mp4'), fresh);
    expect(readdirSync(at('a'))).toEqual([]);
  });

  it('never overwrites unless told to', async () => {
    writeFileSync(at('there.mp4'), 'x');
    const error = await failure(assertWritableOutput(at('there.mp4'), fresh));
    expect(error).toMatchObject({ kind: 'input', code: 'OUTPUT_EXISTS' });
    expect(error.message).toContain('there.mp4');
    expect(error.message).toContain('--overwrite');
    await assertWritableOutput(at('there.mp4'), { overwrite: true });
  });

  it('makes a folder for pictures, and minds pictures that are in it', async () => {
    await assertWritableOutput(at('frames/'), fresh);
    expect(existsSync(at('frames'))).toBe(true);
    await assertWritableOutput(at('frames'), fresh);
    writeFileSync(at('frames/frame_000000.png'), '');
    expect(await failure(assertWritableOutput(at('frames'), fresh))).toMatchObject({ code: 'OUTPUT_EXISTS' });
  });

  it('says before the work begins that a place cannot be written', async () => {
    writeFileSync(at('plain'), '');
    for (const path of [at('nowhere/x.mp4'), at('plain/x.mp4'), at('plain/frames/'), '/proc/x.mp4']) {
      expect(await failure(assertWritableOutput(path, fresh))).toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    }
  });

  it('refuses a container it does not know, naming those it does', async () => {
    const error = await failure(assertWritableOutput(at('x.avi'), fresh));
    expect(error).toMatchObject({ kind: 'usage', code: 'OUTPUT_FORMAT_UNKNOWN' });
    expect(error.message).toMatch(/x\.avi.*\.mp4.*\.mkv/);
  });
});

describe('outputKind', () => {
  it('tells folders from films', async () => {
    mkdirSync(at('odd.mp4'));
    expect(await outputKind(at('odd.mp4'))).toBe('pictures');
    expect(await outputKind('frames/')).toBe('pictures');
    expect(await outputKind('frames')).toBe('pictures');
    expect(await outputKind('x.mkv')).toBe('film');
    expect(containerOf('X.MKV').format).toBe('matroska');
  });
});
