// How long does the network wait for everything else? Reading, flow, warping and storing run beside the optimisation.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { table } from './report/table.mjs';
import { waitForQuiet } from './timing/quiet.mjs';

export const title = 'Outside the optimisation';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const film = at('../../assets/bunny.mp4');
const common = {
  style: [at('../../assets/wave.jpg')],
  network: 'lite',
  runtime: 'onnx',
};

const RUNS = [{ preset: 'draft', size: 640, frames: '0-4' }];
const FULL_RUNS = [
  { preset: 'draft', size: 320, frames: '0-9' },
  ...RUNS,
  { preset: 'standard', size: 640, frames: '0-4' },
];

/** Seconds between two moments in which the solver was at work. */
function atWork(work, from, to) {
  let [sum, end] = [0, from];
  for (const span of [...work].sort((a, b) => a.from - b.from)) {
    const until = Math.min(span.to, to);
    if (until <= end) continue;
    sum += until - Math.max(span.from, end);
    end = until;
  }
  return sum;
}

/** Of the following frames: seconds each, and the share of them in which the solver was not at work. */
async function watch(options) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    at('./pipeline/watch.mjs'),
    film,
    JSON.stringify(options),
  ]);
  const { frames, work } = JSON.parse(stdout);
  const following = frames.filter(({ frame }) => frame > 0);
  const [from, to] = [following[0].at, following.at(-1).at];
  return { each: (to - from) / (following.length - 1), outside: 1 - atWork(work, from, to) / (to - from) };
}

export async function measure({ full }) {
  const threads = availableParallelism();
  const runs = [];
  for (const { preset, size, frames } of full ? FULL_RUNS : RUNS) {
    const folder = mkdtempSync(join(tmpdir(), 'nst-bench-'));
    try {
      const output = join(folder, 'out.mp4');
      const options = { ...common, preset, size, enlarge: true, frames, threads, output, overwrite: true };
      await waitForQuiet(20);
      const whole = await watch(options);
      // Its source frames and flow are there then.
      const stored = await watch({ ...options, fromFrame: 1 });
      runs.push({ preset, size, whole, stored });
      console.error(`${preset}, ${size} px: ${(100 * whole.outside).toFixed(1)} % outside`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return { threads, runs };
}

export function write({ threads, runs }) {
  const rows = runs.map(({ preset, size, whole, stored }) => [
    `${preset}, ${size}×${(size * 9) / 16}`,
    whole.each.toFixed(2),
    `${(100 * whole.outside).toFixed(1)} %`,
    '≤ 5 %',
    stored.each.toFixed(2),
    `${(100 * stored.outside).toFixed(1)} %`,
  ]);
  return [
    `Following frames of the demo's clip with \`lite\`, float32, ${threads} threads: the share of the wall time in which the solver, which evaluates energies and does nothing else, had nothing to do. The last two columns are the same frames painted again with their sources and flow stored: what decoding and flow cost the optimisation, which they share the cores with.`,
    '',
    ...table(['', 's a frame', 'outside', 'wanted', 's, flow stored', 'outside, flow stored'], rows),
  ];
}
