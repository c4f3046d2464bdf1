// Compares this program's energy and gradient with the reference values of a folder.
// usage: npm run golden -- DIR --network FILE [--runtime onnx|onednn|tfjs] [--device cpu|webgpu|cuda] [--threads N]
import { parseArgs } from 'node:util';
import { createRuntime, DEVICES, RUNTIMES } from '../dist/engine/index.js';
import { invalidArgument, NstError } from '../dist/error.js';
import { GOLDEN_BOUNDS, goldenErrors } from '../dist/nst/golden.js';
import { loadNetwork } from '../dist/nst/network.js';

const USAGE =
  'usage: npm run golden -- DIR --network FILE [--runtime onnx|onednn|tfjs] [--device cpu|webgpu|cuda] [--threads N]';

function readArguments() {
  const options = {
    network: { type: 'string' },
    runtime: { type: 'string', default: 'onnx' },
    device: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '2' },
  };
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (cause) {
    throw new NstError('usage', 'INVALID_ARGUMENT', `${cause.message}\n${USAGE}`, { cause });
  }
  const { values, positionals } = parsed;
  if (positionals.length !== 1 || !values.network) throw new NstError('usage', 'INVALID_ARGUMENT', USAGE);
  const threads = Number(values.threads);
  if (!(Number.isInteger(threads) && threads > 0))
    throw invalidArgument('--threads', 'a positive whole number', values.threads);
  if (!RUNTIMES.includes(values.runtime))
    throw invalidArgument('--runtime', `one of ${RUNTIMES.join(', ')}`, values.runtime);
  if (!DEVICES.includes(values.device))
    throw invalidArgument('--device', `one of ${DEVICES.join(', ')}`, values.device);
  return { ...values, folder: positionals[0], threads };
}

const largest = (errors) => Math.max(...Object.values(errors));
const shown = (error) => error.toExponential(1).padStart(8);

async function main() {
  const { folder, network: path, runtime, device, threads } = readArguments();
  const network = await loadNetwork(path);
  const results = await goldenErrors(folder, network, createRuntime(runtime, { threads, device }));
  let held = true;
  for (const { pooling, terms, gradients } of results) {
    console.log(`${pooling} pooling                error of term   L2 error of gradient`);
    for (const name of Object.keys(terms))
      console.log(`  ${name.padEnd(28)}${shown(terms[name])}${shown(gradients[name]).padStart(22)}`);
    // Written so that a NaN does not pass.
    const holds = largest(terms) <= GOLDEN_BOUNDS.term && largest(gradients) <= GOLDEN_BOUNDS.gradient;
    held &&= holds;
    console.log(
      `  largest                     ${shown(largest(terms))}${shown(largest(gradients)).padStart(22)}` +
        `   allowed ${GOLDEN_BOUNDS.term}, ${GOLDEN_BOUNDS.gradient}: ${holds ? 'holds' : 'BROKEN'}`,
    );
  }
  return held ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof NstError)) throw error;
  console.error(`golden: ${error.message}`);
  process.exitCode = error.exitCode;
}
