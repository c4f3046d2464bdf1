// Does a film of a thousand frames cost a hundred times as much as one of ten, and no more memory?
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { table } from './report/table.mjs';
import { FILM, writeFilm } from './scaling/film.mjs';

export const title = 'Long films';

const painter = fileURLToPath(new URL('./scaling/paint.mjs', import.meta.url));
const style = fileURLToPath(new URL('../../assets/wave.jpg', import.meta.url));

const ONCE = { iterations: { first: 2, next: 2 } };
const PASSES = { passes: 3, passIterations: 2, temporalAfter: 2 };
const RUNS = [
  { name: 'once', frames: [10, 100, 1000], options: ONCE },
  { name: '3 passes', frames: [10, 100], options: PASSES },
];
const FULL_RUNS = [RUNS[0], { ...RUNS[1], frames: [10, 100, 1000] }];

/** Paints in a process of its own, so that its peak is its own. */
async function paint(folder, film, options) {
  const given = JSON.stringify({ style: [style], threads: 1, ...options });
  const args = ['--expose-gc', painter, film, join(folder, 'out.mp4'), given];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

/** Straight line through `[x, y]` by least squares: its slope. */
function slope(points) {
  const mean = (k) => points.reduce((sum, point) => sum + point[k], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const across = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / across;
}

/** Processor milliseconds of a painting, early and late, and what more is held with each, KiB; as far as there are looks. */
function growth(looks) {
  const each = (from, to) => (1000 * (to.cpu - from.cpu)) / (to.paintings - from.paintings);
  const settled = looks.filter(({ paintings }) => paintings >= 50);
  const [early, late, last] = [looks[0], looks.at(-3), looks.at(-1)];
  return {
    early: looks.length > 2 ? each(early, looks[2]) : undefined,
    late: looks.length > 4 ? each(late, last) : undefined,
    grows: settled.length > 4 ? slope(settled.map((look) => [look.paintings, look.held / 1024])) : undefined,
  };
}

export async function measure({ full }) {
  const runs = [];
  for (const { name, frames, options } of full ? FULL_RUNS : RUNS)
    for (const count of frames) {
      const folder = mkdtempSync(join(tmpdir(), 'nst-bench-'));
      try {
        const film = join(folder, 'in.mp4');
        await writeFilm(film, count);
        const { looks, ...found } = await paint(folder, film, options);
        runs.push({ name, frames: count, ...found, ...growth(looks) });
        console.error(`${name}, ${count} frames: ${found.seconds.toFixed(1)} s`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  return { runs };
}

export function write({ runs }) {
  const shown = (value, digits = 0) => value?.toFixed(digits) ?? '';
  const rows = runs.map(({ name, frames, seconds, before, painting, cpu, early, late, peak, grows }) => [
    `${frames} frames, ${name}`,
    shown(cpu, 1),
    shown(early),
    shown(late),
    shown(seconds - before - painting, 1),
    shown(peak / 2 ** 20),
    shown(grows, 1),
  ]);
  return [
    `A single shot of ${FILM.width}×${FILM.height} pixels, 2 iterations a frame, one thread: hardly anything is left but what the program does around the optimisation. Time that grew faster than the frames, and memory that grew at all, would show here. Processor time, which other work on the machine does not change much.`,
    '',
    ...table(
      [
        'film',
        'all, processor s',
        'a painting among the first 100, ms',
        'among the last 100, ms',
        'encoding, s',
        'peak memory, MiB',
        'held more with each painting, KiB',
      ],
      rows,
    ),
  ];
}
