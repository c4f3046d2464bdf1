// Time of one evaluation (energy, all terms, gradient) of VGG-19's energy, beside one large convolution alone through
// the same runtime in the same process, and beside PyTorch where it is installed. The contestants take turns, since
// the machine's speed drifts; timings that others disturbed are left out.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRuntime, RUNTIMES } from '../dist/engine/index.js';
import { median, summary, timed, waitForQuiet } from './bench_engine/quiet.mjs';
import { prepareTorch, runTorch, torchKnows } from './bench_engine/torch_reference.mjs';
import { convolutionWorkload, energyWorkload, randomVgg19 } from './bench_engine/workload.mjs';

const USAGE =
  'usage: npm run bench:engine [-- --pooling average|max --size 320x180 --rounds 4 --threads 2 --patience 20 --runtime onnx|onednn|tfjs]';

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        pooling: { type: 'string', default: 'average' },
        size: { type: 'string', multiple: true, default: ['320x180', '640x360'] },
        rounds: { type: 'string', default: '4' },
        threads: { type: 'string', default: '2' },
        runtime: { type: 'string', default: 'onnx' },
        patience: { type: 'string', default: '20' },
        'memory-only': { type: 'boolean', default: false },
      },
    });
    const known =
      ['average', 'max'].includes(values.pooling) &&
      RUNTIMES.includes(values.runtime) &&
      values.size.every((s) => /^\d+x\d+$/.test(s));
    const counts = [values.rounds, values.threads, values.patience].map(Number);
    if (known && counts.every((n) => Number.isInteger(n) && n > 0)) return values;
    throw new Error('a value is out of range');
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

const values = readArguments();
const { pooling, size: sizes } = values;
const [rounds, threads, patience] = [values.rounds, values.threads, values.patience].map(Number);
const runtime = createRuntime(values.runtime, { threads });
const network = randomVgg19();

async function prepare({ outputs, feeds, flop }) {
  const session = await runtime.compile(outputs);
  const evaluate = () => session.run(feeds);
  await evaluate();
  return { evaluate, flop, dispose: () => session.dispose() };
}

const sizeOf = (text) => text.split('x').map(Number);
const rate = (flop, ms) => flop / ms / 1e6;
const row = (label, cells) =>
  console.log(`  ${label.padEnd(26)}${cells.map((c) => c.padStart(16)).join('')}`);

/** Peak memory in MB of a process that does nothing but compile the energy and evaluate it three times. */
function peakMemory(size) {
  const script = fileURLToPath(import.meta.url);
  const same = ['pooling', 'threads', 'runtime'].flatMap((name) => [`--${name}`, values[name]]);
  const args = [script, '--memory-only', '--size', size, ...same];
  return Number(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout);
}

async function benchSize(size, reference) {
  const [width, height] = sizeOf(size);
  const torch = reference && torchKnows(reference, width, height) ? reference : undefined;
  const energy = await prepare(energyWorkload(network, pooling, width, height));
  const convolution = await prepare(convolutionWorkload());
  const timings = { energy: [], convolution: [] };
  const ratios = [];
  const torchTimes = [];
  for (let round = 0; round < rounds; round++) {
    await waitForQuiet(patience);
    // Each starts with the other's data in the caches; an optimiser evaluates again and again.
    for (const [name, { evaluate }] of Object.entries({ convolution, energy })) {
      await evaluate();
      for (let i = 0; i < 3; i++) timings[name].push(await timed(evaluate));
    }
    // PyTorch takes seconds to start: it has its turn in every third round, with ours right before.
    if (torch && round % 3 === 0) {
      const ours = [];
      for (let i = 0; i < 3; i++) ours.push(await timed(energy.evaluate));
      const theirs = runTorch(torch, { width, height, threads, iters: 3 });
      torchTimes.push(theirs.med);
      ratios.push(summary(ours).ms / theirs.med);
    }
  }
  const [e, c] = [summary(timings.energy), summary(timings.convolution)];
  console.log(
    `${size}, ${pooling} pooling, ${(energy.flop / 1e9).toFixed(1)} GFLOP, ${peakMemory(size)} MB at most`,
  );
  const cells = (s, flop) => [
    `${s.ms.toFixed(1)} ms`,
    `${rate(flop, s.ms).toFixed(0)} GFLOP/s`,
    `${s.clean} of ${s.of} clean`,
  ];
  row('energy and gradient', cells(e, energy.flop));
  row('a convolution alone', cells(c, convolution.flop));
  row('share of its rate', [
    (rate(energy.flop, e.ms) / rate(convolution.flop, c.ms)).toFixed(2),
    'wanted ≥ 0.70',
  ]);
  if (torch) {
    row('PyTorch', [
      `${median(torchTimes).toFixed(1)} ms`,
      `${rate(energy.flop, median(torchTimes)).toFixed(0)} GFLOP/s`,
    ]);
    row('share of its time', [median(ratios).toFixed(2), 'wanted ≤ 0.83']);
  }
  await energy.dispose();
  await convolution.dispose();
}

if (values['memory-only']) {
  const [width, height] = sizeOf(sizes[0]);
  const { evaluate } = await prepare(energyWorkload(network, pooling, width, height));
  for (let i = 0; i < 2; i++) await evaluate();
  console.log(Math.round(process.resourceUsage().maxRSS / 1024));
} else {
  console.log(runtime.name);
  const torch = pooling === 'average' ? prepareTorch() : { reason: 'the reference pools by averages' };
  if (torch.data)
    console.log(`PyTorch ${torch.version}, float32, ${threads} threads, matrix products by ${torch.blas}`);
  else console.log(`PyTorch left out: ${torch.reason}`);
  try {
    for (const size of sizes) await benchSize(size, torch.data ? torch : undefined);
  } finally {
    torch.remove?.();
  }
}
