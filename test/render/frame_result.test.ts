import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FrameResult, frameResults, outcome } from '../../dist/render/frame_result.js';
import { WorkFolder } from '../../dist/render/work_folder.js';
import { scratchFolder } from '../support/program.js';

const record = (iteration: number, energy: number) => ({ iteration, energy, terms: { tv: energy / 2 } });

describe('outcome', () => {
  it('is the least energy, which is that of the picture kept, and all steps taken', () => {
    const records = [record(0, 9), record(1, 4), record(2, Number.NaN), record(3, 6)];
    expect(outcome(records)).toEqual({ energy: 4, terms: { tv: 2 }, iterations: 3 });
  });

  it('of nothing is nothing', () => {
    expect(outcome([])).toEqual({ energy: undefined, terms: {}, iterations: 0 });
  });
});

describe('frameResults', () => {
  it('takes what this run painted, reads the rest, and does without a record that is lost', async () => {
    const folder = new WorkFolder(scratchFolder());
    mkdirSync(join(folder.path, 'energies'));
    // As written where an energy was not finite: JSON has no NaN.
    const iterations = [record(0, 9), record(1, 4), record(2, Number.NaN)];
    writeFileSync(folder.energies(7), JSON.stringify({ frame: 7, start: 'cut', iterations }));
    writeFileSync(folder.energies(9), '{"frame": 9, "iter');
    const now: FrameResult = {
      ...{ frame: 8, start: 'warped', energy: 1, terms: {}, iterations: 2, seconds: 3 },
      path: folder.stylised(8),
    };
    const lost = { start: undefined, energy: undefined, terms: {}, iterations: 0, seconds: undefined };
    expect(await frameResults(folder, [7, 8, 9], new Map([[8, now]]))).toEqual([
      {
        ...{ frame: 7, start: 'cut', energy: 4, terms: { tv: 2 }, iterations: 2, seconds: undefined },
        path: folder.stylised(7),
      },
      now,
      { frame: 9, path: folder.stylised(9), ...lost },
    ]);
  });
});
