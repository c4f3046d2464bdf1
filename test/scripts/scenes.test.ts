import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readFlo } from '../../dist/flow/flo.js';
import type { FlowField } from '../../dist/flow/flow_field.js';
import { readMask } from '../../dist/frames/mask_file.js';
import type { Picture, Plane } from '../../dist/picture.js';
import { FlowFolder } from '../../dist/render/work/flow_folder.js';
import { warpPicture } from '../../dist/temporal/warp.js';
import { scratchFolder } from '../support/program.js';

const script = (path: string) => fileURLToPath(new URL(`../../scripts/${path}`, import.meta.url));
const { SCENES, SIZE, THING, sceneOf } = await import(script('scenes/scenes.mjs'));
const { layersOf, motionBetween, renderScene } = await import(script('scenes/compose.mjs'));
const { deadLeaves } = await import(script('scenes/texture.mjs'));

interface Motion {
  readonly flow: FlowField;
  readonly occluded: Plane;
  readonly certain: Plane;
}

const { width, height } = SIZE as { width: number; height: number };
const n = width * height;
const greens = [40, 80, 120, 160, 200].map((g) => [g / 2, g, g / 3]);
const backdrop: Picture = deadLeaves(320, 180, greens, 3);
const clean = (name: string) => ({ ...sceneOf(name, backdrop, 1), grain: 0 });
const pairs = [
  [6, 5],
  [3, 8],
  [20, 4],
];
const share = (plane: Plane) => plane.data.reduce((sum, v) => sum + v, 0) / n;

describe.each(SCENES as string[])('the scene %s', (name) => {
  const scene = clean(name);

  it.each(pairs)('is frame %i where frame %i is warped onto it', (from, to) => {
    const { flow, certain, occluded } = motionBetween(scene, from, to) as Motion;
    const target: Picture = renderScene(scene, from);
    const { picture } = warpPicture(renderScene(scene, to), flow);
    let [sum, worst, wrong] = [0, 0, 0];
    for (let i = 0; i < 3 * n; i++) {
      const error = Math.abs(target.data[i] - picture.data[i]);
      if (certain.data[i % n] === 1) {
        sum += error;
        worst = Math.max(worst, error);
      } else if (occluded.data[i % n] === 1) wrong += Number(error > 20);
    }
    // Interpolation blurs the edges of leaves, more where scales differ; nothing else is off.
    expect(sum / (3 * n * share(certain))).toBeLessThan(name === 'zoom' ? 8 : 5);
    if (name === 'static') expect(worst).toBe(0);
    expect(share(certain)).toBeGreaterThan(from === 20 && name !== 'static' ? 0.3 : 0.75);
    if (share(occluded) > 0.01) expect(wrong).toBeGreaterThan(0.2 * n * share(occluded));
  });

  it.each(pairs)('leads from frame %i to %i and back where nothing is hidden, nowhere else', (from, to) => {
    const there = motionBetween(scene, from, to) as Motion;
    const back = motionBetween(scene, to, from) as Motion;
    const { pure } = layersOf(scene, to);
    const wrong: number[] = [];
    for (let p = 0; p < n; p++) {
      const x = (p % width) + there.flow.u[p];
      const y = Math.floor(p / width) + there.flow.v[p];
      const hidden = there.occluded.data[p] === 1;
      if (x < 0 || y < 0 || x > width - 1 || y > height - 1) {
        if (!hidden) wrong.push(p);
        continue;
      }
      const q = Math.round(y) * width + Math.round(x);
      const miss = Math.hypot(there.flow.u[p] + back.flow.u[q], there.flow.v[p] + back.flow.v[q]);
      if (there.certain.data[p] === 1 && miss > 0.5) wrong.push(p);
      // What covers a point moves otherwise than it does.
      if (hidden && pure[q] && miss < 0.5) wrong.push(p);
    }
    expect(wrong).toEqual([]);
  });
});

describe('what single scenes show', () => {
  it('is a band that the pan uncovers', () => {
    const { occluded } = motionBetween(clean('pan'), 10, 9) as Motion;
    const row = Array.from(occluded.data.subarray(50 * width, 51 * width));
    expect(row.map((hidden, x) => (hidden ? x : -1)).filter((x) => x >= 0)).toEqual([
      187, 188, 189, 190, 191,
    ]);
  });

  it('is a thing whose points the pole hides for less than ten frames', () => {
    const scene = clean('pole');
    const shown = (frame: number) => layersOf(scene, frame).seen.filter((k: number) => k === 1).length;
    const area = Math.PI * THING.rx * THING.ry;
    expect(Math.abs(shown(0) / area - 1)).toBeLessThan(0.02);
    expect(shown(12) / area).toBeLessThan(0.6);
    const { flow, certain } = motionBetween(scene, 20, 10) as Motion;
    const { seen } = layersOf(scene, 20);
    const back = Array.from(seen.keys() as Iterable<number>).filter(
      (p) => seen[p] === 1 && certain.data[p] === 1,
    );
    expect(back.length).toBeGreaterThan(50);
    for (const p of back) expect(flow.u[p]).toBeCloseTo(-30, 4);
  });

  it('is a mover of 40 px a frame', () => {
    const { flow } = motionBetween(clean('mover'), 1, 2) as Motion;
    expect(Math.max(...flow.u)).toBeCloseTo(40, 4);
  });

  it('is grain on what stands still, another in every take', () => {
    const scene = sceneOf('static', backdrop, 1);
    const [one, two] = [renderScene(scene, 0), renderScene(scene, 1)] as Picture[];
    const other: Picture = renderScene(sceneOf('static', backdrop, 2), 0);
    const deviation = (a: Picture, b: Picture) =>
      Math.sqrt(a.data.reduce((sum, v, i) => sum + (v - b.data[i]) ** 2, 0) / (3 * n));
    expect(deviation(one, two) / (6 * Math.SQRT2)).toBeGreaterThan(0.9);
    expect(deviation(one, two) / (6 * Math.SQRT2)).toBeLessThan(1.05);
    expect(deviation(one, other)).toBeGreaterThan(5);
    expect(renderScene(scene, 0)).toEqual(one);
  });
});

describe('npm run scenes', () => {
  const folder = scratchFolder();

  it('writes frames, and motion that --flow-dir takes', async () => {
    execFileSync(process.execPath, [script('scenes.mjs'), folder, '--scenes', 'mover']);
    const flows = await FlowFolder.open(join(folder, 'mover/flow'));
    const wanted = [
      { from: 1, to: 0 },
      { from: 22, to: 23 },
    ];
    expect(await flows.check(wanted, { width, height })).toEqual([]);
    const stored = await readFlo(join(folder, 'mover/flow/backward_8_7.flo'));
    const truth = motionBetween(clean('mover'), 7, 6) as Motion;
    expect(stored).toEqual(truth.flow);
    const mask = await readMask(join(folder, 'mover/flow/reliable_8_7.png'));
    expect([...mask.data]).toEqual([...truth.certain.data]);
  });
});
