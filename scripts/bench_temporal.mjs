// npm run bench:temporal: how steady films are by the ways of painting, against exact motion.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXIT_CODES, NstError } from '../dist/error.js';
import { networkLocation } from '../dist/index.js';
import { Judge } from './bench_temporal/measure.mjs';
import { METHODS, missingOptions } from './bench_temporal/methods.mjs';
import { makeRun, runName, storedRun, styleName } from './bench_temporal/run.mjs';
import { alleySubject, SUBJECTS, sceneSubject } from './bench_temporal/subjects.mjs';
import { expectations, tables, withTables } from './bench_temporal/summary.mjs';
import { readBackdrop } from './scenes/write_scene.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const shared = process.env.NST_SHARED ?? here('../../shared');
const alley = join(shared, 'flow/sintel/alley_1');
const page = here('../docs/steadiness.md');
const STYLES = [here('../assets/wave.jpg'), join(shared, 'styles/cysmith_starry-night.jpg')];

const HELP = `npm run bench:temporal -- [options]

Paints films whose motion is known exactly in several ways, and measures how steady they are and how much style they
have. Figures are stored run by run: the same command goes on where it was stopped. docs/steadiness.md says how to
read the tables.

  --scenes LIST    ${SUBJECTS.join(',')} (default all that are there)
  --methods LIST   ${Object.keys(METHODS).join(',')} (default all)
  --styles LIST    paintings (default the Great Wave, and The Starry Night where the shared data is)
  --seeds LIST     takes of every scene: the same with other grain (default 1,2)
  --network NAME   lite, vgg19 or a .safetensors file (default lite)
  --results DIR    where figures, frames and sheets go (default temporal-bench)
  --jobs n         runs painted at once, each with one thread (default 2)
  --keep           keep the work folders of runs
  --write          write the tables into docs/steadiness.md
  --summary        only sum up what is stored

Exit status: 0 done, 2 usage; expectations that do not hold are told, and fail nothing.`;

function readArguments() {
  const text = (value) => ({ type: 'string', default: value });
  const flag = { type: 'boolean', default: false };
  const { values } = parseArgs({
    options: {
      ...{ scenes: text(SUBJECTS.join(',')), methods: text(Object.keys(METHODS).join(',')) },
      ...{ styles: text(STYLES.filter((file) => existsSync(file)).join(',')), seeds: text('1,2') },
      ...{ network: text('lite'), results: text('temporal-bench'), jobs: text('2') },
      ...{ keep: flag, write: flag, summary: flag, help: flag },
    },
  });
  const list = (name, known) => {
    const found = values[name].split(',');
    const strange = known && found.find((entry) => !known.includes(entry));
    if (strange !== undefined)
      throw new NstError('usage', 'USAGE', `--${name}: expected of ${known.join(', ')}, found "${strange}"`);
    return found;
  };
  return {
    ...values,
    scenes: list('scenes', SUBJECTS),
    methods: list('methods', Object.keys(METHODS)),
    styles: list('styles'),
    seeds: list('seeds').map(Number),
    jobs: Number(values.jobs),
  };
}

/** All runs asked for that can be made here; seeds outermost, so that a first table is there half-way. */
function runsOf({ scenes, methods, styles, seeds }) {
  const possible = methods.filter((method) => {
    const missing = missingOptions(method);
    if (missing.length > 0)
      console.log(`${method}: left out, the program has no option ${missing.join(', ')}`);
    return missing.length === 0;
  });
  const subjects = scenes.filter((subject) => {
    const there = subject !== 'alley_1' || existsSync(alley);
    if (!there) console.log(`${subject}: left out, ${alley} is not there`);
    return there;
  });
  return seeds.flatMap((seed) =>
    styles.flatMap((style) =>
      subjects.flatMap((subject) => possible.map((method) => ({ subject, style, seed, method }))),
    ),
  );
}

async function paintMissing(runs, options, folders) {
  const backdrop = await readBackdrop();
  const file = options.network.endsWith('.safetensors');
  const path = file ? options.network : await networkLocation(options.network);
  const waiting = [...runs];
  const lane = async () => {
    const judge = await Judge.start(path);
    try {
      for (let run = waiting.shift(); run; run = waiting.shift()) {
        const subject =
          run.subject === 'alley_1'
            ? alleySubject(alley, run.seed)
            : sceneSubject(run.subject, backdrop, run.seed);
        const { network, keep } = options;
        const began = performance.now();
        const { errors, styleEnergy } = await makeRun(run, subject, { folders, network, judge, keep });
        const seconds = Math.round((performance.now() - began) / 1000);
        const error = (1e3 * errors[1].certain).toFixed(2);
        console.log(
          `${runName(run)}: error ${error}e-3, style ${(styleEnergy / 1e6).toFixed(2)}e6, ${seconds} s; ${waiting.length} to go`,
        );
      }
    } finally {
      await judge.close();
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, lane));
}

async function main() {
  const options = readArguments();
  if (options.help) {
    console.log(HELP);
    return;
  }
  const of = (name) => join(options.results, name);
  const folders = { sources: of('sources'), sheets: of('sheets'), work: of('work') };
  folders.results = of(`figures-${styleName(options.network)}`);
  const runs = runsOf(options);
  const stored = (run) => storedRun(folders.results, run, options.network);
  if (!options.summary) {
    const missing = [];
    for (const run of runs) if (!(await stored(run))) missing.push(run);
    console.log(`${runs.length} runs, ${runs.length - missing.length} of them stored`);
    if (missing.length > 0) await paintMissing(missing, options, folders);
  }
  const found = (await Promise.all(runs.map(stored))).filter((record) => record !== undefined);
  const text = tables(found, options.scenes);
  console.log(`\n${text}\n`);
  for (const { subject, holds, reason, text: words } of expectations(found, options.scenes))
    console.log(
      `${holds ? 'holds' : reason ? `cannot be shown (${reason})` : 'FAILS'}: ${subject}: ${words}`,
    );
  if (options.write) writeFileSync(page, withTables(readFileSync(page, 'utf8'), text));
}

try {
  await main();
} catch (error) {
  const known = error instanceof NstError;
  console.error(known ? `bench:temporal: ${error.message}` : error);
  process.exitCode = known ? error.exitCode : EXIT_CODES.bug;
}
