import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../dist/render/work/manifest.js';
import { openWorkFolder, WorkFolder } from '../../../dist/render/work/work_folder.js';

const FRAMES = 3;
const ranges = [{ first: 0, last: FRAMES - 1 }];
const manifest = (passes: number, styleWeight: string, more: Partial<Manifest> = {}): Manifest => ({
  schema: 1,
  program: '1.0.0',
  input: { path: 'in.mp4', sha256: 'aa' },
  film: { frames: 10, width: 64, height: 36, ranges: '0-2' },
  picture: {
    '--passes': { identity: `${passes}`, shown: `${passes}` },
    '--style-weight': { identity: styleWeight, shown: styleWeight },
  },
  settings: {},
  runtime: { name: 'onnxruntime 1.0.0', threads: 2 },
  ...more,
});

let parent: string;
let folder: WorkFolder;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'nst-passes-'));
  folder = new WorkFolder(join(parent, 'out.nst'));
});
afterEach(() => rm(parent, { recursive: true }));

const open = async (wanted: Manifest, pass?: number) => {
  const opened = await openWorkFolder(folder.path, wanted, {
    restart: false,
    fromFrame: undefined,
    continuePass: pass === undefined ? undefined : { pass, ranges },
    note: () => undefined,
  });
  await opened.release();
  return opened.manifest;
};
const paint = async (pass: number, last: number, frames = FRAMES) => {
  for (let i = 0; i < frames; i++) {
    const path = pass === last ? folder.stylised(i) : folder.passPicture(pass, i);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `pass ${pass}`);
    await writeFile(pass === last ? folder.energies(i) : folder.passEnergies(pass, i), '{}');
  }
};
const contents = async () => {
  const names = await readdir(folder.path, { recursive: true });
  const pictures = names.filter((n) => n.endsWith('.png')).sort();
  return Promise.all(pictures.map(async (n) => `${n}: ${await readFile(join(folder.path, n), 'utf8')}`));
};
const passTwo = [0, 1, 2].map((i) => `passes/02/00000${i}.png: pass 2`);

describe('--continue-pass', () => {
  it('keeps the passes up to it, throws away the later ones and the film, and takes new settings', async () => {
    await open(manifest(4, '100', { keepPasses: true }));
    for (const pass of [1, 2, 3, 4]) await paint(pass, 4);
    const next = await open(manifest(4, '20'), 2);
    expect(next.continued).toEqual({ pass: 2, of: 4, pending: false });
    expect(next.picture['--style-weight'].shown).toBe('20');
    expect(next.keepPasses).toBe(true);
    expect((await contents()).filter((line) => !line.startsWith('passes/01'))).toEqual(passTwo);
    // The same command again goes on.
    await paint(3, 4, 1);
    await open(manifest(4, '20'), 2);
    expect(await contents()).toContain('passes/03/000000.png: pass 3');
    await expect(open(manifest(4, '30'))).rejects.toMatchObject({
      code: 'SETTINGS_CHANGED',
      message: expect.stringMatching(/--style-weight: 20 there, 30 now.*--continue-pass K/),
    });
  });

  it('makes the last pass one among more', async () => {
    await open(manifest(2, '100'));
    await paint(2, 2);
    await open(manifest(4, '100'), 2);
    expect(await contents()).toEqual(passTwo);
  });

  it('goes on from a film in a single pass', async () => {
    const single = manifest(1, '100');
    const { '--passes': _, ...picture } = single.picture;
    await open({ ...single, film: { frames: 10, width: 64, height: 36 }, picture });
    await paint(1, 1);
    await open(manifest(3, '100'), 1);
    expect(await contents()).toEqual(
      passTwo.map((line) => line.replace('02', '01').replace('pass 2', 'pass 1')),
    );
  });

  it('does not take the leftovers of an earlier film in several passes for its own', async () => {
    await open(manifest(4, '100'));
    await paint(1, 4);
    const single = manifest(1, '100');
    const { '--passes': _, ...picture } = single.picture;
    const wanted = { ...single, film: { frames: 10, width: 64, height: 36 }, picture };
    const options = { restart: false, fromFrame: 0, note: () => undefined };
    await (await openWorkFolder(folder.path, wanted, options)).release();
    expect(await contents()).toEqual([]);
  });

  it('is finished by the next run where it was cut off, also one that asks for nothing', async () => {
    for (const [last, moved] of [
      [2, 1],
      [2, 3],
      [4, 0],
    ]) {
      await rm(folder.path, { recursive: true, force: true });
      await open(manifest(last, '100', { keepPasses: true }));
      for (let pass = 1; pass <= last; pass++) await paint(pass, last);
      const continued = { pass: 2, of: last, pending: true };
      await writeFile(folder.manifest, JSON.stringify(manifest(5, '20', { keepPasses: true, continued })));
      await mkdir(dirname(folder.passPicture(2, 0)), { recursive: true });
      for (let i = 0; i < moved; i++) await rename(folder.stylised(i), folder.passPicture(2, i));
      const { continued: done } = await open(manifest(5, '20'));
      expect(done?.pending).toBe(false);
      expect((await contents()).filter((line) => !line.startsWith('passes/01'))).toEqual(passTwo);
    }
  });

  it('refuses a pass that is not all there, and touches nothing', async () => {
    await open(manifest(4, '100'));
    await paint(3, 4);
    await paint(4, 4, 1);
    const before = await contents();
    for (const [pass, message] of [
      [2, /--continue-pass 2: expected frame 0 of pass 2 in .*, found none; .*--keep-passes/],
      [4, /--continue-pass 4: expected frame 1 of pass 4 in .*, found none$/],
    ] as const)
      await expect(open(manifest(6, '20'), pass)).rejects.toMatchObject({
        code: 'PASS_MISSING',
        message: expect.stringMatching(message),
      });
    expect(await contents()).toEqual(before);
    expect((await open(manifest(4, '100'))).continued).toBeUndefined();
  });

  it('cannot make frames of one range those of another', async () => {
    await open(manifest(4, '100'));
    await paint(1, 4);
    const wider = manifest(4, '100', { film: { frames: 10, width: 64, height: 36, ranges: '0-4' } });
    for (const pass of [undefined, 1])
      await expect(open(wider, pass)).rejects.toMatchObject({
        message: expect.stringMatching(/--frames: 0-2 there, 0-4 now/),
      });
  });
});
