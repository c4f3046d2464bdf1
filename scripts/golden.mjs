// Compares this program's energy and gradient with the reference values of a folder: on every runtime that is here and in
// each of its precisions, or on one.
import { parseArgs } from 'node:util';
import { createRuntime, DEVICES, RUNTIMES } from '../dist/engine/index.js';
import { invalidArgument, NstError } from '../dist/error.js';
import { GOLDEN_BOUNDS, goldenErrors } from '../dist/nst/golden.js';
import { loadNetwork } from '../dist/nst/network.js';
import { runtimesHere } from './bench/energy/runtimes_here.mjs';

const USAGE = `usage: npm run golden -- DIR --network FILE [--runtime ${RUNTIMES.join('|')}] [--precision float32|bfloat16] [--device ${DEVICES.join('|')}] [--threads N]`;

function readArguments() {
  const options = {
    network: { type: 'string' },
    runtime: { type: 'string' },
    precision: { type: 'string' },
    device: { type: 'string' },
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
  if (values.runtime && !RUNTIMES.includes(values.runtime))
    throw invalidArgument('--runtime', `one of ${RUNTIMES.join(', ')}`, values.runtime);
  if (values.precision && !(values.precision in GOLDEN_BOUNDS))
    throw invalidArgument('--precision', `one of ${Object.keys(GOLDEN_BOUNDS).join(', ')}`, values.precision);
  if (values.device && !DEVICES.includes(values.device))
    throw invalidArgument('--device', `one of ${DEVICES.join(', ')}`, values.device);
  return { ...values, folder: positionals[0], threads };
}

const largest = (errors) => Math.max(...Object.values(errors));
const shown = (error) => error.toExponential(1).padStart(8);

async function main() {
  const { folder, network: path, device, precision: only, threads, ...named } = readArguments();
  const asked = device ? (named.runtime ?? 'onnx') : named.runtime;
  const network = await loadNetwork(path);
  let held = true;
  const runtimes = asked ? [createRuntime(asked, { threads, device })] : runtimesHere(threads);
  for (const runtime of runtimes)
    for (const precision of runtime.precisions.filter((one) => !only || one === only)) {
      const bounds = GOLDEN_BOUNDS[precision];
      for (const { pooling, terms, gradients } of await goldenErrors(folder, network, runtime, precision)) {
        console.log(`${runtime.name}, ${precision}`);
        console.log(`${pooling} pooling                error of term   L2 error of gradient`);
        for (const name of Object.keys(terms))
          console.log(`  ${name.padEnd(28)}${shown(terms[name])}${shown(gradients[name]).padStart(22)}`);
        // Written so that a NaN does not pass.
        const holds = largest(terms) <= bounds.term && largest(gradients) <= bounds.gradient;
        held &&= holds;
        console.log(
          `  largest                     ${shown(largest(terms))}${shown(largest(gradients)).padStart(22)}` +
            `   allowed ${bounds.term}, ${bounds.gradient}: ${holds ? 'holds' : 'BROKEN'}`,
        );
      }
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
