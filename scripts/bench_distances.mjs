// npm run bench:distances: how well the motion to frames further back is known, by three ways to find it.
import { parseArgs } from 'node:util';
import { certainty } from '../dist/flow/certainty.js';
import { estimateFlow } from '../dist/flow/estimator.js';
import { createFlowField, sampleBilinear } from '../dist/flow/flow_field.js';
import { scoreFlow } from '../dist/flow/flow_score.js';
import { moreCertain } from '../dist/flow/motion.js';
import { addShift, medianShift, shifted } from '../dist/flow/shift.js';
import { startingShifts } from '../dist/flow/thing_shifts.js';
import { luma } from '../dist/picture.js';
import { motionBetween, renderScene } from './scenes/compose.mjs';
import { SCENES, sceneOf } from './scenes/scenes.mjs';
import { readBackdrop } from './scenes/write_scene.mjs';

const HELP = `npm run bench:distances -- [--distances 5,10,20] [--scenes ${SCENES.join(',')}] [--estimator strong]

Estimates the motion from frames of the scenes to frames further back, and holds it against the exact one:

direct   from the one frame to the other
drift    the same, begun from the sum of the medians of the neighbours' flow
things   from there, and from where the things seen to move would be; each pixel's most certain: what the program does
chained  the neighbours' flow, one after the other

visible   mean end-point error, px, over pixels that the other frame shows
kept %    share of those pixels whose certainty is 0.5 or more, by the forward-backward check and the gate
wrong %   share of kept pixels more than 3 px wrong
open      pixels a frame that it shows and whose motion to the frame before is not certain: what the long-term loss is for
regained  how many of them are certain at this distance`;

const { values } = parseArgs({
  options: {
    distances: { type: 'string', default: '5,10,20' },
    scenes: { type: 'string', default: SCENES.join(',') },
    estimator: { type: 'string', default: 'strong' },
    help: { type: 'boolean', default: false },
  },
});

/** Flow a from i to k, then b from k on. */
function compose(a, b) {
  const { width, height } = a;
  const out = createFlowField(width, height);
  for (let p = 0; p < out.u.length; p++) {
    const [x, y] = [(p % width) + a.u[p], Math.floor(p / width) + a.v[p]];
    out.u[p] = a.u[p] + sampleBilinear(b.u, width, height, x, y);
    out.v[p] = a.v[p] + sampleBilinear(b.v, width, height, x, y);
  }
  return out;
}

/** The ways to find the motion between frames of a film, each estimate made once. */
function waysOf(frames) {
  const known = new Map();
  const direct = (from, to) => {
    const key = `${from} ${to}`;
    if (!known.has(key)) known.set(key, estimateFlow(frames[from], frames[to], values.estimator));
    return known.get(key);
  };
  const chained = (from, to) => {
    const step = Math.sign(to - from);
    let flow = direct(from, from + step);
    for (let k = from + step; k !== to; k += step) flow = compose(flow, direct(k, k + step));
    return flow;
  };
  const sumOfMedians = (from, to) => {
    const [later, earlier] = [Math.max(from, to), Math.min(from, to)];
    let [x, y] = [0, 0];
    for (let k = later; k > earlier; k--) {
      const median = medianShift(direct(k, k - 1));
      [x, y] = [x + median.x, y + median.y];
    }
    return { x: Math.round(x), y: Math.round(y) };
  };
  const shiftedTo = (from, to, { x, y }) => {
    const sign = from > to ? 1 : -1;
    const shift = { x: sign * x, y: sign * y };
    const flow = estimateFlow(frames[from], shifted(frames[to], shift), values.estimator);
    addShift(flow, shift);
    return flow;
  };
  const judged = (from, to, flow, back) => ({
    flow,
    certainty: certainty(flow, back, { previous: frames[to], current: frames[from] }),
  });
  const things = (from, to) => {
    const [later, earlier] = [Math.max(from, to), Math.min(from, to)];
    const ends = [
      [later, later - 1],
      [earlier + 1, earlier],
    ].map(([a, b]) => ({ flow: direct(a, b), certainty: certainty(direct(a, b), direct(b, a)) }));
    return startingShifts(sumOfMedians(from, to), ends, later - earlier)
      .map((shift) => judged(from, to, shiftedTo(from, to, shift), shiftedTo(to, from, shift)))
      .reduce(moreCertain);
  };
  const alone = (find) => (from, to) => judged(from, to, find(from, to), find(to, from));
  return {
    neighbours: direct,
    ways: {
      direct: alone(direct),
      drift: alone((from, to) => shiftedTo(from, to, sumOfMedians(from, to))),
      things,
      chained: alone(chained),
    },
  };
}

function measure(scene, find, neighbours, distance) {
  const sums = { visible: 0, kept: 0, wrong: 0, open: 0, regained: 0 };
  let count = 0;
  for (let i = distance; i < scene.frames; i += 3, count++) {
    const exact = motionBetween(scene, i, i - distance);
    const { flow, certainty: sure } = find(i, i - distance);
    const near = certainty(neighbours(i, i - 1), neighbours(i - 1, i)).data;
    const score = scoreFlow(flow, exact, sure);
    sums.visible += score.epeVisible ?? 0;
    sums.kept += 100 * (score.visibleKept ?? 0);
    sums.wrong += 100 * (score.keptWrong ?? 0);
    for (let p = 0; p < near.length; p++) {
      if (near[p] >= 0.5 || exact.occluded.data[p]) continue;
      sums.open++;
      if (sure.data[p] >= 0.5) sums.regained++;
    }
  }
  return Object.values(sums).map((sum) => sum / count);
}

async function main() {
  if (values.help) return console.log(HELP);
  const backdrop = await readBackdrop();
  const row = (...cells) => console.log(cells.map((cell) => String(cell).padStart(9)).join(' '));
  row('scene', 'distance', 'way', 'visible', 'kept %', 'wrong %', 'open', 'regained');
  for (const name of values.scenes.split(',')) {
    const scene = sceneOf(name, backdrop, 1);
    const frames = Array.from({ length: scene.frames }, (_, i) => luma(renderScene(scene, i)));
    const { neighbours, ways } = waysOf(frames);
    for (const distance of values.distances.split(',').map(Number))
      for (const [way, find] of Object.entries(ways)) {
        const [visible, ...others] = measure(scene, find, neighbours, distance);
        row(name, distance, way, visible.toFixed(2), ...others.map((v) => v.toFixed(1)));
      }
  }
}

await main();
