import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFrame } from '../../../dist/frames/picture_file.js';
import { Paintings } from '../../../dist/render/work/paintings.js';
import { scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const picture = (level: number) => {
  const data = Float32Array.from({ length: 3 * 64 }, (_, i) => level + i / 7 - 20);
  return { width: 8, height: 8, data };
};

describe('Paintings', () => {
  it('gives a painting that is on its way with the values that its file has', async () => {
    const paintings = new Paintings(() => {});
    const path = join(folder, 'one.png');
    const written = paintings.store(path, picture(0), async () => {});
    const early = await paintings.read(path);
    expect(existsSync(path)).toBe(false);
    expect(paintings.has(path)).toBe(true);
    await written;
    expect(early).toEqual(await readFrame(path));
    expect(await paintings.read(path)).toEqual(early);
  });

  it('writes in order, each after what is to be there before it', async () => {
    const paintings = new Paintings(() => {});
    const [first, second] = ['first.png', 'second.png'].map((name) => join(folder, name));
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const one = paintings.store(first, picture(30), () => held);
    const two = paintings.store(second, picture(60), async () => expect(existsSync(first)).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([first, second].filter((path) => existsSync(path))).toEqual([]);
    release();
    await Promise.all([one, two]);
    expect(existsSync(second)).toBe(true);
  });

  it('writes nothing after a painting that could not be written, and says so once and at once', async () => {
    const failures: unknown[] = [];
    const paintings = new Paintings((error) => failures.push(error));
    mkdirSync(join(folder, 'taken.png'));
    const one = paintings.store(join(folder, 'taken.png'), picture(0), async () => {});
    const two = paintings.store(join(folder, 'after.png'), picture(0), async () => {});
    await expect(one).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    await expect(two).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(existsSync(join(folder, 'after.png'))).toBe(false);
    expect(new Set(failures).size).toBe(1);
  });
});
