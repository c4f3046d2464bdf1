// A frame painted for a few steps in a process of its own, so that its peak of memory is its own:
//   node solve.mjs NETWORK WIDTH HEIGHT LIMIT STEPS PICTURE
// LIMIT: MiB of the process, or `none`. Writes the picture of least energy, raw, and tells the rest as JSON.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { DEFAULT_FORM } from '../../../dist/nst/energy_form.js';
import { loadNetwork } from '../../../dist/nst/network.js';
import { FrameSolver } from '../../../dist/nst/solver.js';
import { sumOf, wholeMemory } from '../../../dist/nst/solver_memory.js';
import { PROGRAM_BYTES } from '../../../dist/render/forecast/forecast_memory.js';

const [networkPath, width, height, limit, steps] = process.argv
  .slice(2, 7)
  .map((text, i) => (i === 0 || i === 3 ? text : Number(text)));
const history = 10;
const size = { width, height };

/** Soft shapes and grain, the same at every start. */
function picture(seed) {
  let state = seed;
  const data = new Float32Array(3 * width * height);
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const [x, y] = [i % width, Math.floor(i / width) % height];
    data[i] = 128 + 70 * Math.sin((seed * x) / 90) * Math.cos(y / (20 * seed)) + 40 * (state / 2 ** 32);
  }
  return { ...size, data };
}

async function forecast() {
  const { convolutions } = await loadNetwork(networkPath);
  return wholeMemory(convolutions, DEFAULT_FORM, size, history);
}

const memory =
  limit === 'none' ? undefined : { bytes: Number(limit) * 2 ** 20 - PROGRAM_BYTES, history, strict: true };
const solver = await FrameSolver.start({ networkPath, threads: availableParallelism(), memory });
const fit = await solver.fit(size);
await solver.setStyles([{ picture: picture(3), weight: 1 }]);
const times = [];
let last;
const { energies, picture: painted } = await solver.solve({
  content: picture(1),
  start: picture(2),
  weights: { content: 5, style: 100, temporal: 0, tv: 1e-3 },
  optimizer: 'lbfgs',
  history,
  iterations: steps,
  stop: { every: steps + 1, relativeChange: 0 },
  onIteration: () => {
    if (last !== undefined) times.push(performance.now() - last);
    last = performance.now();
  },
});
await solver.close();
writeFileSync(process.argv[7], painted.data);
console.log(
  JSON.stringify({
    times,
    energies: energies.map(({ energy }) => energy),
    peak: process.resourceUsage().maxRSS * 1024,
    forecast: PROGRAM_BYTES + sumOf(fit?.memory ?? (await forecast())),
    tiling: fit?.tiling ?? null,
    history: fit?.history ?? history,
  }),
);
