// npm run bench:flow: how far the flow estimators are from the truth, how fast, and how well certainty sorts.
import { parseArgs } from 'node:util';
import { EXIT_CODES, NstError } from '../dist/error.js';
import { ESTIMATORS } from '../dist/flow/estimator.js';
import { average, MEASURES, measure, readPair } from './bench_flow/measure.mjs';
import { findPairs } from './bench_flow/pairs.mjs';

const HELP = `npm run bench:flow -- DIR [--estimator ${ESTIMATORS.join('|')}] [--json]

Measures the optical flow on every pair of frames with known flow at or below DIR, in this thread.

  --estimator NAME  ${ESTIMATORS.join(', ')} (default ${ESTIMATORS[0]})
  --json            {"pairs": [{"pair", "estimator", …}], "mean": {…}} on standard output; null: not known
  --help            this text

A folder is a pair, or a film of pairs, by the files in it:
  frame10.png frame11.png flow10.flo            a Middlebury pair
  a.png b.png fwd.flo [occ_fwd.png]             a synthetic pair
  flow_NNNN.flo [occ_NNNN.png invalid_NNNN.png] a Sintel film, its frames in final/frame_NNNN.png

epe         mean end-point error, px, over all pixels whose flow is known
visible     the same over pixels that the other frame shows (needs the occlusion mask)
boundary    the same within 5 px of a motion boundary of the true flow
ms          time per direction (the mean of both)
kept %      share of visible pixels whose certainty is 0.5 or more
rejected %  share of pixels not visible in the other frame whose certainty is less
wrong %     share of kept pixels whose flow is more than 3 px wrong
In JSON the shares are 0..1: visibleKept, occludedRejected, keptWrong.

Exit status: 0 measured, 2 usage, 3 bad input.`;

const usage = (message) => new NstError('usage', 'USAGE', `${message}; see --help`);

function readArguments(argv) {
  let parsed;
  try {
    parsed = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        estimator: { type: 'string', default: ESTIMATORS[0] },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw usage(cause.message.split('\n')[0].replace(/\.$/, ''));
  }
  const { values, positionals } = parsed;
  if (values.help) return { help: true };
  if (!ESTIMATORS.includes(values.estimator)) {
    throw usage(`--estimator: expected one of ${ESTIMATORS.join(', ')}, found "${values.estimator}"`);
  }
  if (positionals.length !== 1) throw usage(`expected one folder, found ${positionals.length}`);
  return { folder: positionals[0], ...values };
}

function tableRow(name, width, measured) {
  const cells = MEASURES.map(({ key, heading, digits, percent }) => {
    const value = measured?.[key];
    const shown =
      measured === undefined
        ? heading
        : value === null
          ? '-'
          : (percent ? 100 * value : value).toFixed(digits);
    return shown.padStart(Math.max(8, heading.length));
  });
  return [name.padEnd(width), ...cells].join('  ');
}

async function main() {
  const options = readArguments(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  const { estimator } = options;
  const pairs = findPairs(options.folder);
  const width = Math.max(...pairs.map((pair) => pair.name.length), 'mean (strong)'.length);
  const rows = [];
  if (!options.json) console.log(tableRow(`pair (${estimator})`, width));
  for (const pair of pairs) {
    const read = await readPair(pair);
    // The first pair is measured twice: the kernels reach their speed only once they have run.
    if (rows.length === 0) measure(read, estimator);
    const measured = measure(read, estimator);
    rows.push({ pair: pair.name, estimator, ...measured });
    if (!options.json) console.log(tableRow(pair.name, width, measured));
  }
  const mean = average(rows);
  if (options.json) console.log(JSON.stringify({ pairs: rows, mean }, null, 2));
  else console.log(tableRow(`mean (${estimator})`, width, mean));
}

try {
  await main();
} catch (error) {
  const known = error instanceof NstError;
  console.error(known ? `bench:flow: ${error.message}` : error);
  process.exitCode = known ? error.exitCode : EXIT_CODES.bug;
}
