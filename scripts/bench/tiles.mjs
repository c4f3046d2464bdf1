// What it costs to evaluate an energy in windows, and the memory that it takes.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { networksHere } from './energy/networks.mjs';
import { table } from './report/table.mjs';

export const title = 'In bounded memory';

/** What `--memory` says, MiB; a process with no limit is what the others are held against. */
const CASES = [{ width: 1280, height: 720, limits: ['none', 2048, 1536], steps: 2, rounds: 2 }];
const LARGE = { width: 3840, height: 2160, limits: [4096], steps: 1, rounds: 1 };

const program = fileURLToPath(new URL('./tiles/solve.mjs', import.meta.url));

async function solve(network, { width, height, steps }, limit, folder) {
  const file = join(folder, 'painted');
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    ...[network, width, height, limit, steps, file].map(String),
  ]);
  const bytes = readFileSync(file);
  return {
    ...JSON.parse(stdout),
    picture: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4),
  };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** ‖a − b‖ / ‖b‖. */
function off(a, b) {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return Math.sqrt(difference / size);
}

/** `cases`: others than the usual ones. */
export async function measure({ full, cases = full ? [...CASES, LARGE] : CASES }) {
  const { lite, vgg19 } = await networksHere();
  const folder = mkdtempSync(join(tmpdir(), 'nst-tiles-'));
  const rows = [];
  try {
    for (const one of cases) {
      const runs = new Map(one.limits.map((limit) => [limit, []]));
      let whole;
      for (let round = 0; round < one.rounds; round++)
        for (const limit of one.limits) {
          const { picture, ...found } = await solve(vgg19 ?? lite, one, limit, folder);
          if (limit === 'none') whole = picture;
          runs.get(limit).push({ ...found, off: whole && off(picture, whole) });
          console.error(`${one.width}×${one.height}, ${limit}: done`);
        }
      for (const [limit, found] of runs) {
        const { tiling, history, forecast, off } = found[0];
        const ms = median(found.flatMap(({ times }) => times));
        const peak = Math.max(...found.map((run) => run.peak));
        const { width, height } = one;
        rows.push({ width, height, limit, tiling, history, forecast, peak, ms, off: off ?? null });
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { network: vgg19 ? 'vgg19' : 'lite', rows };
}

const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);

export function write({ network, rows }) {
  const head = [
    'limit, MiB',
    'windows',
    'steps remembered',
    'ms',
    'times as long',
    'peak, MiB',
    'forecast, MiB',
    'off',
  ];
  const lines = [
    `A frame painted by L-BFGS with ${network}, a process for each limit, taking turns: milliseconds of an evaluation with the optimiser's step, and the peak of the process's memory, program and all. Windows are columns×rows for each group of the network's blocks. "Off" is how far the painted picture is from the one that no limit gives, ‖x − x₀‖ / ‖x₀‖. Where the machine was busy with something else there is no time.`,
  ];
  const sizes = [...new Set(rows.map(({ width, height }) => `${width}×${height}`))];
  for (const size of sizes) {
    const mine = rows.filter(({ width, height }) => `${width}×${height}` === size);
    const whole = mine.find(({ limit }) => limit === 'none');
    lines.push(
      '',
      `${size}:`,
      '',
      ...table(
        head,
        mine.map(({ limit, tiling, history, ms, peak, forecast, off }) => [
          limit,
          tiling ? tiling.map(({ columns, rows }) => `${columns}×${rows}`).join(', ') : 'the whole picture',
          history,
          ms === null ? '–' : Math.round(ms),
          whole ? (ms / whole.ms).toFixed(2) : '–',
          mebibytes(peak),
          mebibytes(forecast),
          off === null || !whole ? '–' : off.toExponential(0),
        ]),
      ),
    );
  }
  return lines;
}
