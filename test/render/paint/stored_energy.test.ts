import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readFrame } from '../../../dist/frames/picture_file.js';
import { termWeight } from '../../../dist/nst/energy_form.js';
import { FrameSolver } from '../../../dist/nst/solver.js';
import { DEFAULTS } from '../../../dist/render/options/defaults.js';
import { energyWeights } from '../../../dist/render/paint/minimising.js';
import { readStyles } from '../../../dist/render/paint/style_pictures.js';
import { litePath } from '../../nst/shared_data.js';
import { clip, painting, run, scratchFolder } from '../../support/program.js';

describe('the energy in a frame’s record', async () => {
  const solver = await FrameSolver.start({ networkPath: litePath, threads: 1 });
  afterAll(() => solver.close());

  it('is that of the stored picture, whose tone is held after the minimisation', async () => {
    const work = join(scratchFolder(), 'work');
    const job = ['--size', '96', '--frames', '20-22', '--iterations', '20,6', '--threads', '1'];
    const film = [clip, '-s', painting, ...job, '--json', '--work', work, '-o', `${work}.mp4`];
    const { status, stdout, stderr } = await run(film);
    expect(status, stderr).toBe(0);
    const weights = energyWeights(DEFAULTS);
    const events = stdout.split('\n').filter((line) => line.includes('"type":"frame"'));
    for (const frame of [21, 22]) {
      const path = (folder: string, ending: string) => join(work, folder, `0000${frame}.${ending}`);
      const record = JSON.parse(readFileSync(path('energies', 'json'), 'utf8'));
      expect(JSON.parse(events[frame - 20])).toMatchObject({ energy: record.energy, terms: record.terms });
      const content = await readFrame(path('frames', 'png'));
      await solver.setStyles(await readStyles({ ...DEFAULTS, style: [painting] }, content, () => undefined));
      const image = await readFrame(path('stylised', 'png'));
      const { terms } = await solver.evaluate({ image, content, weights: { ...weights, temporal: 0 } });
      // The temporal term is not asked for here: what it was held to is not stored.
      const { temporal, ...others } = record.terms;
      for (const [name, value] of Object.entries<number>(others))
        expect(terms[name] / value, name).toBeCloseTo(1, 3);
      expect(temporal).toBeGreaterThan(0);
      const weighted = Object.entries<number>(record.terms).map(([n, v]) => v * termWeight(weights, n));
      expect(record.energy / weighted.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
      // The minimisation's own last energy belongs to another picture.
      expect(record.energy).not.toBeCloseTo(record.iterations.at(-1).energy, 0);
      expect(record.evaluations).toBe(record.iterations.length + 1);
    }
  });
});
