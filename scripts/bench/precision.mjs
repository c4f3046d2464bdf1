// What painting far from the goal in bfloat16 does to the energy that is reached: float32 alone against
// `minimiseInTwoPrecisions`, content and painting by pairs, all judged in float32 by onnxruntime.
import { existsSync } from 'node:fs';
import { createRuntime } from '../../dist/engine/index.js';
import { adam } from '../../dist/nst/adam.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { lbfgs } from '../../dist/nst/lbfgs.js';
import { minimise } from '../../dist/nst/minimise.js';
import { minimiseInTwoPrecisions } from '../../dist/nst/precision.js';
import { load, networksHere } from './energy/networks.mjs';
import { pairs, picturesFolder, shifted } from './precision/pairs.mjs';
import { roundedRuntime } from './precision/rounded_runtime.mjs';
import { table } from './report/table.mjs';

export const title = 'What low precision does to the result';

const OPTIMISERS = { 'L-BFGS': () => lbfgs(), Adam: () => adam() };
const WEIGHTS = { content: 5, style: 100, temporal: 0, tv: 1e-3 };
const NEVER = { every: 1000, relativeChange: 0 };
/** Grey levels by which the start of a second float32 run differs: how far apart equals end. */
const NUDGE = 1e-3;

/** A runtime with bfloat16: one that computes in it, else onnxruntime with what it multiplies rounded. */
function lowRuntime() {
  try {
    const runtime = createRuntime('onednn', { threads: 2 });
    if (runtime.precisions.includes('bfloat16')) return runtime;
  } catch (error) {
    if (!['RUNTIME_MISSING', 'INVALID_ARGUMENT'].includes(error.code)) throw error;
  }
  return roundedRuntime(createRuntime('onnx', { threads: 2 }));
}

async function energies(network, { content, style }, iterations, runtimes) {
  const open = async (runtime, precision) => {
    const sessions = new EnergySessions(network, runtime, DEFAULT_FORM, precision);
    await sessions.setStyles([{ picture: style, weight: 1 }]);
    return { sessions, evaluate: await sessions.energyOf({ content, weights: WEIGHTS }) };
  };
  const precise = await open(runtimes.precise, 'float32');
  const low = await open(runtimes.low, 'bfloat16');
  const found = {};
  for (const [name, optimiser] of Object.entries(OPTIMISERS)) {
    const run = { optimiser: optimiser(), iterations, stop: NEVER };
    const alone = await minimise({ ...run, evaluate: precise.evaluate, start: content.data });
    const nudged = await minimise({
      ...run,
      evaluate: precise.evaluate,
      start: shifted(content.data, NUDGE),
    });
    const both = { ...run, evaluate: low.evaluate, start: content.data };
    const { image } = await minimiseInTwoPrecisions(both, low.evaluate.low);
    const mixed = (await precise.evaluate(image)).energy;
    found[name] = { alone: alone.energy, nudged: nudged.energy, mixed };
  }
  await precise.sessions.dispose();
  await low.sessions.dispose();
  return found;
}

export async function measure({ full }) {
  if (!existsSync(picturesFolder)) return { skipped: `${picturesFolder} is not there` };
  const runtimes = { precise: createRuntime('onnx', { threads: 2 }), low: lowRuntime() };
  const here = await networksHere();
  const plans = [
    { network: 'lite', count: 10, width: 96, height: 72, iterations: full ? 200 : 80 },
    { network: 'vgg19', count: full ? 10 : 2, width: 64, height: 48, iterations: full ? 120 : 40 },
  ].filter(({ network }) => here[network]);
  const runs = [];
  for (const { network: name, count, ...plan } of plans) {
    const network = await load(name, here[name]);
    for await (const pair of pairs(count, plan)) {
      const found = await energies(network, pair, plan.iterations, runtimes);
      runs.push({ network: name, ...plan, pair: pair.name, found });
    }
  }
  return { low: runtimes.low.name, runs };
}

const percent = (energy, alone) => `${((energy / alone - 1) * 100).toFixed(2)} %`;

export function write({ low, runs }) {
  const names = Object.keys(OPTIMISERS);
  const rows = runs.map(({ network, width, height, iterations, pair, found }) => [
    `${network}, ${pair}, ${width}×${height}, ${iterations} iterations`,
    ...names.flatMap((name) => {
      const { alone, nudged, mixed } = found[name];
      return [percent(mixed, alone), percent(nudged, alone)];
    }),
  ]);
  const within = (name) => runs.filter(({ found }) => found[name].mixed <= 1.005 * found[name].alone).length;
  return [
    `Energy at the end against float32 alone with equally many iterations, in float32 by onnxruntime; less is better. bfloat16 by ${low}. Beside it what float32 alone makes of a start that is ${NUDGE} grey levels another: differences below that mean nothing.`,
    '',
    ...table(['pair', ...names.flatMap((name) => [name, `${name}, nudged`])], rows),
    '',
    `${names.map((name) => `${name}: ${within(name)} of ${runs.length}`).join(', ')} at most 0.5 % above float32 alone.`,
  ];
}
