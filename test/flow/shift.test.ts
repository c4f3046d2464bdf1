import { expect, it } from 'vitest';
import { estimateFlow } from '../../dist/flow/estimator.js';
import { createFlowField } from '../../dist/flow/flow_field.js';
import { FlowWorkers } from '../../dist/flow/flow_workers.js';
import { addShift, medianShift, shifted } from '../../dist/flow/shift.js';
import { distinctShifts, thingShifts } from '../../dist/flow/thing_shifts.js';
import { luma } from '../../dist/picture.js';
import { asPicture, render, texture } from './texture.js';

it('moves a plane by whole pixels and goes on past its border', () => {
  const plane = { width: 4, height: 3, data: Float32Array.from({ length: 12 }, (_, i) => i) };
  const { data } = shifted(plane, { x: 2, y: -1 });
  expect([...data]).toEqual([2, 3, 3, 3, 2, 3, 3, 3, 6, 7, 7, 7]);
  expect(shifted(plane, { x: 0, y: 0 })).toEqual(plane);
  const [six, all] = [0, 6].map(
    (first) =>
      shifted({ width: 3, height: 2, data: plane.data.slice(first, first + 6) }, { x: 1, y: 0 }).data,
  );
  expect([...shifted({ width: 3, height: 2, data: plane.data }, { x: 1, y: 0 }).data]).toEqual([
    ...six,
    ...all,
  ]);
});

it('takes the median motion, which a thing that moves otherwise does not change', () => {
  const flow = createFlowField(30, 30);
  flow.u.fill(-4.5);
  flow.v.fill(0.25);
  flow.u.fill(90, 0, 300);
  expect(medianShift(flow)).toEqual({ x: -4.5, y: 0.25 });
  addShift(flow, { x: 4, y: 1 });
  expect([flow.u[0], flow.u[800], flow.v[800]]).toEqual([94, -0.5, 1.25]);
});

it('tells where the larger things of a frame go beside the picture as a whole', () => {
  const flow = createFlowField(60, 40);
  const certainty = { width: 60, height: 40, data: new Float32Array(60 * 40).fill(1) };
  flow.u.fill(1);
  const fill = (from: number, to: number, u: number, v: number) => {
    flow.u.fill(u, from, to);
    flow.v.fill(v, from, to);
  };
  fill(0, 200, -2, 0.5);
  fill(300, 340, 1, 4);
  // Too slow to need it, too small to be followed, and not certain.
  fill(400, 900, 1.5, 0);
  fill(1000, 1005, 9, 9);
  fill(1200, 1800, 5, 5);
  certainty.data.fill(0.2, 1200, 1800);
  expect(thingShifts(flow, certainty, 10)).toEqual([
    { x: -30, y: 5 },
    { x: 0, y: 40 },
  ]);
  expect(
    distinctShifts([
      { x: 0.4, y: 0 },
      { x: -30, y: 5 },
      { x: -26.6, y: 6 },
      { x: 12, y: -7.6 },
    ]),
  ).toEqual([
    { x: 0, y: 0 },
    { x: -30, y: 5 },
    { x: 12, y: -8 },
  ]);
});

it('finds a motion that the estimator alone does not reach, in both directions', async () => {
  const grey = texture(11);
  const [earlier, later] = [0, 60].map((x0) => asPicture(render(120, 70, (x, y) => grey(x + x0, y))));
  const at = 35 * 120;
  expect(Math.abs(estimateFlow(luma(later), luma(earlier), 'strong').u[at + 90] - 60)).toBeGreaterThan(5);
  const workers = new FlowWorkers();
  const options = { shift: { x: 58, y: 1 }, gate: true, bothWays: true };
  const pair = await workers.pair(earlier, later, 'strong', undefined, options);
  await workers.close();
  expect(pair.backward.u[at + 30]).toBeCloseTo(60, 0);
  expect(pair.forward.u[at + 90]).toBeCloseTo(-60, 0);
  const share = (data: Float32Array, from: number, to: number) =>
    data.filter((_, i) => i % 120 >= from && i % 120 < to).reduce((a, b) => a + b, 0) / (70 * (to - from));
  expect(share(pair.certainty.data, 2, 58)).toBeGreaterThan(0.9);
  expect(share(pair.certainty.data, 62, 120)).toBeLessThan(0.05);
  expect(share((pair.forwardCertainty as typeof pair.certainty).data, 62, 118)).toBeGreaterThan(0.9);
});
