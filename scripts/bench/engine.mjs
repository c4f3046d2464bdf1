// Milliseconds of one evaluation, energy with all terms and gradient, by everything that can evaluate it here.
import { availableParallelism } from 'node:os';
import { distance } from './energy/distance.mjs';
import { load, networksHere } from './energy/networks.mjs';
import { runtimesHere } from './energy/runtimes_here.mjs';
import { startTorch } from './energy/torch.mjs';
import { energyWorkload } from './energy/workload.mjs';
import { table } from './report/table.mjs';
import { alternate } from './timing/alternate.mjs';
import { timed } from './timing/quiet.mjs';

export const title = 'One evaluation';

const SIZES = [
  [320, 180],
  [640, 360],
];
const FULL_SIZES = [...SIZES, [1280, 720]];
/** TensorFlow.js without its native package takes seconds: it is timed with the least there is to do. */
const SLOW = { network: 'lite', width: 320 };

/** What evaluates here, in each of its precisions. */
const contestants = (threads) =>
  runtimesHere(threads).flatMap((runtime) => runtime.precisions.map((precision) => ({ runtime, precision })));

/**
 * A turn of a runtime: its graph is compiled for it and freed after it, so that the others have the memory, and its idle
 * threads do not spin while they are timed.
 */
function runtimeTurn({ runtime, precision }, { outputs, feeds }) {
  return {
    async timings(repeats) {
      const session = await runtime.compile(outputs, { precision });
      const evaluate = () => session.run(feeds);
      await evaluate();
      const times = [];
      for (let i = 0; i < repeats; i++) times.push(await timed(evaluate));
      await session.dispose();
      return times;
    },
    async values() {
      const session = await runtime.compile(outputs, { precision });
      const { energy, gradient } = await session.run(feeds);
      await session.dispose();
      return { energy: energy[0], gradient };
    },
  };
}

const torchTurn = (torch, precision) => ({
  timings: async (repeats) => (await torch.time(precision, repeats)).map((ms) => ({ ms, clean: true })),
  values: () => torch.values(precision),
});

async function measureSize(network, [width, height], { threads, torch, full }) {
  const workload = await energyWorkload(network, width, height, threads);
  const turns = new Map();
  for (const one of contestants(threads)) {
    const slow = one.runtime.name.startsWith('TensorFlow.js');
    if (slow && !(full && network.name === SLOW.network && width === SLOW.width)) continue;
    turns.set(`${one.runtime.name}, ${one.precision}`, runtimeTurn(one, workload));
  }
  if (torch) {
    await torch.load(workload, threads);
    for (const precision of ['float32', 'bfloat16'])
      turns.set(`${torch.name}, ${precision}`, torchTurn(torch, precision));
  }
  const off = {};
  for (const [name, turn] of turns) off[name] = distance(await turn.values(), workload.expected);
  // Seconds each: fewer of them are as steady.
  const large = workload.flop > 2e11;
  const times = await alternate(Object.fromEntries(turns), { rounds: large ? 2 : 3, repeats: large ? 2 : 3 });
  return {
    network: network.name,
    size: `${width}×${height}`,
    gflop: workload.flop / 1e9,
    rows: Object.entries(times).map(([name, { ms, clean, of }]) => ({ name, ms, clean, of, off: off[name] })),
  };
}

/** `sizes` and `only`, a network's name, are for measuring a piece alone. */
export async function measure({ full, sizes = full ? FULL_SIZES : SIZES, only }) {
  const threads = availableParallelism();
  const torch = await startTorch();
  const runs = [];
  try {
    for (const [name, path] of Object.entries(await networksHere())) {
      if (only && name !== only) continue;
      const network = await load(name, path);
      for (const size of sizes) {
        runs.push(await measureSize(network, size, { threads, torch, full }));
        console.error(`${name} ${size.join('×')}: done`);
      }
    }
  } finally {
    await torch?.close();
  }
  return { threads, torch: torch?.name ?? null, runs };
}

const small = (value) => (value < 1e-7 ? '0' : value.toExponential(0));

export function write({ threads, torch, runs }) {
  const lines = [
    `Energy, all terms and gradient of a following frame, ${threads} threads, max pooling; the demo's picture and painting. "Faster" is against onnxruntime in the same run. "Off" is how far the gradient is from onnxruntime's, ‖g − g₀‖ / ‖g₀‖, and the energy, relatively.`,
  ];
  if (!torch)
    lines.push('', 'PyTorch is not in the table: no Python with it was found (`NST_PYTHON` names one).');
  for (const { network, size, gflop, rows } of runs) {
    const reference = rows[0].ms;
    const cells = rows.map(({ name, ms, off }) => [
      name,
      ms.toFixed(ms < 100 ? 1 : 0),
      (gflop / (ms / 1000)).toFixed(0),
      `${(reference / ms).toFixed(2)}×`,
      small(off.gradient),
      small(off.energy),
    ]);
    const head = ['', 'ms', 'GFLOP/s', 'faster', 'gradient off', 'energy off'];
    lines.push('', `**${network}, ${size}** (${gflop.toFixed(1)} GFLOP)`, '', ...table(head, cells));
    if (rows.some(({ clean }) => clean === 0))
      lines.push(
        '',
        'Something else kept the processor busy all the while: these times are too long, the ratios rough.',
      );
  }
  return lines;
}

export function brief({ threads, runs }) {
  const shown = runs.filter(({ size }) => size === '640×360');
  const names = [...new Set(shown.flatMap(({ rows }) => rows.map(({ name }) => name)))];
  const rows = names.map((name) => [
    name,
    ...shown.map(({ rows }) => rows.find((row) => row.name === name)?.ms.toFixed(0) ?? ''),
  ]);
  return [
    `One evaluation of a frame of 640×360, energy and gradient, on ${threads} cores ([more](docs/performance.md)):`,
    '',
    ...table(['', ...shown.map(({ network }) => `${network}, ms`)], rows),
  ];
}
