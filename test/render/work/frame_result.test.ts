import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FrameResult, frameResults } from '../../../dist/render/work/frame_result.js';
import { WorkFolder } from '../../../dist/render/work/work_folder.js';
import { scratchFolder } from '../../support/program.js';

const record = (iteration: number, energy: number) => ({ iteration, energy, terms: { tv: energy / 2 } });

describe('frameResults', () => {
  it('takes what this run painted, reads the rest, and does without a record that is lost', async () => {
    const folder = new WorkFolder(scratchFolder());
    mkdirSync(join(folder.path, 'energies'));
    const stored = {
      frame: 7,
      start: 'cut',
      energy: 4,
      terms: { tv: 2 },
      iterations: [record(0, 9), record(1, 4)],
    };
    writeFileSync(folder.energies(7), JSON.stringify(stored));
    writeFileSync(
      folder.energies(6),
      JSON.stringify({ frame: 6, start: 'unpainted', terms: {}, iterations: [] }),
    );
    writeFileSync(folder.energies(9), '{"frame": 9, "iter');
    const now: FrameResult = {
      ...{ frame: 8, start: 'warped', energy: 1, terms: {}, iterations: 2, seconds: 3 },
      path: folder.stylised(8),
    };
    const nothing = { energy: undefined, terms: {}, iterations: 0, seconds: undefined };
    expect(await frameResults(folder, [6, 7, 8, 9], new Map([[8, now]]))).toEqual([
      { frame: 6, start: 'unpainted', path: folder.stylised(6), ...nothing },
      {
        ...{ frame: 7, start: 'cut', energy: 4, terms: { tv: 2 }, iterations: 1, seconds: undefined },
        path: folder.stylised(7),
      },
      now,
      { frame: 9, start: undefined, path: folder.stylised(9), ...nothing },
    ]);
  });
});
