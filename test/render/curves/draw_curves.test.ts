import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { optionsOf } from '../../../dist/index.js';
import { curvesPlot } from '../../../dist/render/curves/curves_plot.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const photo = join(folder, 'photo.png');
const args = ['curves', photo, '-s', painting, '--threads', '1', '--iterations', '12', '--quiet'];

/** The table by optimiser: energies and terms of each evaluation. */
function readCsv(path: string) {
  const [head, ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const curves = new Map<string, { energy: number; terms: number[] }[]>();
  for (const [name, evaluation, energy, ...terms] of rows) {
    const curve = curves.get(name) ?? [];
    expect(Number(evaluation)).toBe(curve.length);
    curves.set(name, [...curve, { energy: Number(energy), terms: terms.map(Number) }]);
  }
  return { terms: head.slice(3), curves };
}

describe('nst-video curves', () => {
  const output = join(folder, 'photo.curves');
  let found: ReturnType<typeof readCsv>;
  beforeAll(async () => {
    ffmpeg('-i', clip, '-frames:v', '1', '-vf', 'scale=64:36', photo);
    expect(await run(args)).toMatchObject({ status: 0, stderr: '' });
    found = readCsv(join(output, 'curves.csv'));
  });

  it('counts every evaluation of L-BFGS and of Adam at three steps, all from one start', () => {
    expect([...found.curves.keys()]).toEqual(['L-BFGS', 'Adam 0.1', 'Adam 1', 'Adam 10']);
    const [first] = [...found.curves.values()].map((curve) => curve[0]);
    for (const curve of found.curves.values()) {
      expect(curve).toHaveLength(13);
      expect(curve[0]).toEqual(first);
    }
  });

  it('has terms that sum to the energy, and none that is nothing', () => {
    expect(found.terms).toContain('content.relu4_2');
    expect(found.terms).not.toContain('temporal');
    for (const curve of found.curves.values())
      for (const { energy, terms } of curve) expect(terms.reduce((a, b) => a + b) / energy).toBeCloseTo(1, 4);
  });

  it('shows the smaller step behind the larger, and L-BFGS before the smallest', () => {
    const last = (name: string) => found.curves.get(name)!.at(-1)!.energy;
    expect(last('Adam 0.1')).toBeGreaterThan(1.2 * last('Adam 1'));
    expect(last('L-BFGS')).toBeLessThan(0.7 * last('Adam 0.1'));
  });

  it('draws the whole and each term, as SVG and PNG, and keeps what was painted', async () => {
    const svg = readFileSync(join(output, 'curves.svg'), 'utf8');
    expect(svg.match(/<svg /g)).toHaveLength(2 + found.terms.length);
    for (const name of ['Energy', 'content relu4_2', 'style relu1_1'])
      expect(svg).toContain(`>${name}</text>`);
    const { width, height, format } = await sharp(join(output, 'curves.png')).metadata();
    expect([format, `${width} ${height}`]).toEqual(['png', /viewBox="0 0 (\d+ \d+)"/.exec(svg)![1]]);
    for (const name of ['lbfgs', 'adam-0.1', 'adam-1', 'adam-10'])
      expect((await sharp(join(output, `${name}.png`)).metadata()).width).toBe(64);
  });

  it('replaces nothing unasked', async () => {
    const again = await run(args);
    expect(again.status).toBe(3);
    expect(again.stderr).toMatch(/photo\.curves has curves in it already.*--overwrite/);
  });

  it('takes the options of a still but for what it compares', () => {
    const names = optionsOf('curves').map((o) => o.name);
    expect(names).toContain('lineSearch');
    for (const name of ['optimizer', 'learningRate', 'coarsest', 'tolerance'])
      expect(names).not.toContain(name);
  });
});

it('a plot has the curves at the places of their values', () => {
  const record = (iteration: number, energy: number) => ({
    iteration,
    energy,
    terms: { tv: energy, temporal: 0 },
  });
  const svg = curvesPlot([{ name: 'one', records: [record(0, 1000), record(2, 10)] }]);
  expect(svg.match(/<svg /g)).toHaveLength(3);
  // From the upper left to the lower right corner: 1000 and 10 are whole powers of ten.
  const [, x0, y0, x1, y1] = /d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" fill="none" stroke="#0072b2"/
    .exec(svg)!
    .map(Number);
  expect(x1).toBeGreaterThan(x0 + 300);
  expect(y1).toBeGreaterThan(y0 + 100);
});
