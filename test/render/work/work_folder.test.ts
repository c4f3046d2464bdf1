import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../dist/render/work/manifest.js';
import { frameName, openWorkFolder, WorkFolder } from '../../../dist/render/work/work_folder.js';

const setting = (shown: string, identity = shown) => ({ identity, shown });
const manifest = (changes: Partial<Manifest> = {}, picture: Manifest['picture'] = {}): Manifest => ({
  schema: 1,
  program: '1.0.0',
  input: { path: 'in.mp4', sha256: 'aa' },
  film: { frames: 10, width: 64, height: 36 },
  picture: {
    '--style': setting('wave.jpg', 'f00d'),
    '--style-weight': setting('100'),
    '--flow': setting('strong'),
    ...picture,
  },
  settings: { '--crf': '16' },
  runtime: { name: 'onnxruntime 1.0.0', threads: 2 },
  ...changes,
});

let parent: string;
let path: string;
let notes: string[];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'nst-work-'));
  path = join(parent, 'out.mp4.nst');
  notes = [];
});
afterEach(() => rm(parent, { recursive: true }));

const open = async (wanted: Manifest, options: { restart?: boolean; fromFrame?: number } = {}) => {
  const note = (m: string) => notes.push(m);
  const opened = await openWorkFolder(path, wanted, {
    restart: false,
    fromFrame: undefined,
    note,
    ...options,
  });
  await opened.release();
  return opened;
};
const fill = async (folder: WorkFolder, count: number) => {
  for (let i = 0; i < count; i++) {
    await writeFile(folder.stylised(i), `painted ${i}`);
    if (i === 0) continue;
    await writeFile(folder.flow(i, i - 1), 'flow');
    await writeFile(folder.flow(i - 1, i), 'flow');
  }
};

describe('a work folder', () => {
  it('is made with its manifest and opened again by the same settings', async () => {
    const first = await open(manifest());
    await fill(first.folder, 3);
    const again = await open(manifest());
    expect(again.manifest).toEqual(first.manifest);
    expect(await again.folder.finished()).toEqual([0, 1, 2]);
    expect(notes).toEqual([]);
  });

  it('names every picture setting that differs and touches nothing', async () => {
    const { folder } = await open(manifest());
    await fill(folder, 3);
    const changed = manifest(
      {},
      { '--style-weight': setting('200'), '--style': setting('wave.jpg', 'beef') },
    );
    await expect(open(changed)).rejects.toMatchObject({
      kind: 'usage',
      code: 'SETTINGS_CHANGED',
      message: expect.stringMatching(
        /--style: wave.jpg has other contents now; --style-weight: 100 there, 200 now.*--restart.*--from-frame/,
      ),
    });
    expect(await folder.finished()).toEqual([0, 1, 2]);
  });

  it('takes new settings where no frame is finished yet', async () => {
    await open(manifest());
    const { manifest: stored } = await open(manifest({}, { '--style-weight': setting('200') }));
    expect(stored.picture['--style-weight'].shown).toBe('200');
  });

  it('does not compare names of files with the same contents', async () => {
    await open(manifest());
    await open(manifest({}, { '--style': setting('renamed.jpg', 'f00d') }));
  });

  it('refuses another film or frame size even with --from-frame', async () => {
    await fill((await open(manifest())).folder, 1);
    const other = manifest({ film: { frames: 10, width: 32, height: 18 } });
    await expect(open(other, { fromFrame: 2 })).rejects.toThrow(
      /frames of 64x36 there, 32x18 now.*--restart/,
    );
    const film = manifest({ input: { path: 'in.mp4', sha256: 'bb' } });
    await expect(open(film)).rejects.toThrow(/in.mp4 has other contents now/);
  });

  it('starts anew with --restart and leaves strangers alone', async () => {
    const { folder } = await open(manifest());
    await fill(folder, 3);
    await writeFile(join(path, 'my notes.txt'), 'keep me');
    const { manifest: stored } = await open(manifest({}, { '--style-weight': setting('9') }), {
      restart: true,
    });
    expect(stored.picture['--style-weight'].shown).toBe('9');
    expect(await folder.finished()).toEqual([]);
    expect(await readFile(join(path, 'my notes.txt'), 'utf8')).toBe('keep me');
  });

  it('keeps earlier frames with --from-frame, and goes on when the same command is given again', async () => {
    const { folder } = await open(manifest());
    await fill(folder, 6);
    const changed = manifest({}, { '--style-weight': setting('200') });
    await open(changed, { fromFrame: 4 });
    expect(await folder.finished()).toEqual([0, 1, 2, 3]);
    expect(notes.join()).toContain('keeping 4 stored frames before 4');
    await writeFile(folder.stylised(4), 'repainted');
    await open(changed, { fromFrame: 4 });
    await open(changed);
    expect(await folder.finished()).toEqual([0, 1, 2, 3, 4]);
    expect(await readdir(join(path, 'flow'))).toHaveLength(10);
  });

  it('throws old flow away only when the estimator changes', async () => {
    const { folder } = await open(manifest());
    await fill(folder, 6);
    await open(manifest({}, { '--flow': setting('medium') }), { fromFrame: 4 });
    expect((await readdir(join(path, 'flow'))).sort()).toEqual(
      [
        [0, 1],
        [1, 0],
        [1, 2],
        [2, 1],
        [2, 3],
        [3, 2],
      ].map((pair) => `${pair.map(frameName).join('-')}.flo`),
    );
  });

  it('finishes a --from-frame that was cut off before the old frames were gone', async () => {
    const { folder } = await open(manifest());
    await fill(folder, 6);
    const cutOff = manifest({ repaint: { from: 2, pending: true } }, { '--style-weight': setting('200') });
    await writeFile(folder.manifest, JSON.stringify(cutOff));
    const { manifest: stored } = await open(manifest({}, { '--style-weight': setting('200') }));
    expect(await folder.finished()).toEqual([0, 1]);
    expect(stored.repaint).toEqual({ from: 2, pending: false });
  });

  it('warns of another program version', async () => {
    await fill((await open(manifest())).folder, 1);
    await open(manifest({ program: '2.0.0' }));
    expect(notes.join()).toMatch(/begun by version 1.0.0, this is 2.0.0/);
  });

  it('warns of another runtime and notes the settings of the latest run', async () => {
    const { folder } = await open(manifest());
    await fill(folder, 1);
    const later = manifest({
      settings: { '--crf': '23' },
      runtime: { name: 'onnxruntime 2.0.0', threads: 2 },
    });
    const { manifest: stored } = await open(later);
    expect(notes.join()).toMatch(/begun with onnxruntime 1.0.0, this is onnxruntime 2.0.0/);
    expect(stored.settings['--crf']).toBe('23');
    expect(stored.runtime.name).toBe('onnxruntime 1.0.0');
  });

  it('keeps the thread count it was begun with', async () => {
    await open(manifest());
    const { manifest: stored } = await open(manifest({ runtime: { name: 'onnxruntime 1.0.0', threads: 7 } }));
    expect(stored.runtime.threads).toBe(2);
  });

  it('is not made in a folder of somebody else', async () => {
    path = parent;
    await writeFile(join(parent, 'thesis.tex'), '');
    await expect(open(manifest())).rejects.toThrow(
      /expected a work folder or an empty one, found thesis.tex/,
    );
  });

  it('says so when its manifest is damaged or of a later schema', async () => {
    const { folder } = await open(manifest());
    await writeFile(folder.manifest, '{"schema": 1, ');
    await expect(open(manifest())).rejects.toMatchObject({ kind: 'input', code: 'WORK_FOLDER_BAD' });
    await writeFile(folder.manifest, '{"schema": 9}');
    await expect(open(manifest())).rejects.toThrow(/schema: expected 1, found 9/);
  });

  it.each([
    ['negative sizes', { film: { frames: 10, width: -4, height: 36 } }, 'film.width: expected >=1, found -4'],
    ['a million threads', { runtime: { name: 'x', threads: 1e6 } }, 'runtime.threads: expected <=1024'],
    ['a runtime as text', { runtime: 'x' }, 'runtime: expected Object, found "x"'],
    ['a filter', { input: { path: 'a', sha256: 'b', reading: { tonemap: 'hable,movie=x' } } }, 'tonemap'],
    ['a pass elsewhere', { continued: { pass: '../..', of: 2, pending: true } }, 'continued.pass'],
    ['too many passes', { picture: { '--passes': setting('1e9') } }, 'picture: expected a number of passes'],
    ['no settings', { settings: undefined }, 'settings: expected'],
  ])('is refused with a manifest of %s', async (_, wrong, words) => {
    await mkdir(path);
    await writeFile(join(path, 'manifest.json'), JSON.stringify({ ...manifest(), ...wrong }));
    await expect(open(manifest())).rejects.toMatchObject({
      ...{ kind: 'input', code: 'WORK_FOLDER_BAD' },
      message: expect.stringContaining(`manifest.json: ${words.includes(':') ? words : ''}`),
    });
    await expect(open(manifest())).rejects.toThrow(words);
    expect((await open(manifest(), { restart: true })).manifest.film.width).toBe(64);
  });

  it('is refused with a manifest that has changed on the disk', async () => {
    const { folder } = await open(manifest());
    const text = await readFile(folder.manifest, 'utf8');
    await writeFile(folder.manifest, text.replace('"threads": 2', '"threads": 3'));
    await expect(open(manifest())).rejects.toThrow(/manifest.json: .*damaged.*--restart/);
  });

  it.each(['stylised', 'flow', 'passes/01'])('is refused where %s leads elsewhere', async (name) => {
    await open(manifest());
    const victim = join(parent, 'victim');
    await mkdir(victim);
    await mkdir(join(path, 'passes'), { recursive: true });
    for (const own of ['thesis.txt', '000001.png', '000001-000000.flo'])
      await writeFile(join(victim, own), '');
    await rm(join(path, name), { recursive: true, force: true });
    await symlink(victim, join(path, name));
    for (const options of [{}, { restart: true }, { fromFrame: 0 }])
      await expect(open(manifest({}, { '--flow': setting('medium') }), options)).rejects.toMatchObject({
        code: 'WORK_FOLDER_BAD',
        message: expect.stringMatching(/expected a folder of this work folder, found a link/),
      });
    expect(await readdir(victim)).toHaveLength(3);
  });

  it('loses only files that it has named itself', async () => {
    const { folder } = await open(manifest());
    await fill(folder, 3);
    const others = ['000001 thesis.txt', '0000001.png', '1.png', 'draft.tmp', '.000001.tmp-x.png'];
    for (const other of others) await writeFile(join(path, 'stylised', other), 'keep me');
    await writeFile(join(path, 'stylised', '.000001.tmp-12-abcdef.png'), 'half');
    await open(manifest());
    expect((await readdir(join(path, 'stylised'))).sort()).toEqual(
      [...others, '000000.png', '000001.png', '000002.png'].sort(),
    );
    await open(manifest({}, { '--style-weight': setting('1') }), { fromFrame: 0 });
    await open(manifest(), { restart: true });
    expect((await readdir(join(path, 'stylised'))).sort()).toEqual([...others].sort());
  });

  it('does not take painted frames without a manifest for its own', async () => {
    const { folder } = await open(manifest());
    await fill(folder, 2);
    await rm(folder.manifest);
    await expect(open(manifest())).rejects.toMatchObject({
      ...{ kind: 'input', code: 'WORK_FOLDER_BAD' },
      message: expect.stringMatching(/expected a manifest.json.*--restart/),
    });
    expect(await folder.finished()).toEqual([0, 1]);
    await open(manifest(), { restart: true });
    expect(await folder.finished()).toEqual([]);
  });

  it('makes flow and frames without a manifest anew', async () => {
    const { folder } = await open(manifest());
    await writeFile(folder.flow(1, 0), 'flow of another film');
    await writeFile(folder.frame(0), 'frame of another film');
    await writeFile(folder.lightBeyond, '{}');
    await rm(folder.manifest);
    await open(manifest());
    expect(await readdir(join(path, 'flow'))).toEqual([]);
    expect(await readdir(join(path, 'frames'))).toEqual([]);
  });

  it('cannot lie below a file', async () => {
    await writeFile(join(parent, 'file'), '');
    path = join(parent, 'file', 'work');
    await expect(open(manifest())).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', kind: 'input' });
  });

  it('has names that sort and grow', () => {
    expect(frameName(7)).toBe('000007');
    expect(frameName(1234567)).toBe('1234567');
    expect(new WorkFolder('w').stylised(12)).toBe(join('w', 'stylised', '000012.png'));
  });
});
