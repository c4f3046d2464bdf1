// npm run fuzz: readers of what comes from outside, fed with damaged inputs; test/fuzz has them.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

const HELP = `npm run fuzz -- [--inputs 100000] [--seed 1] [--keep DIR]

Mutates valid files, records and texts, and reads each as the program would. Every input must end with a value or one
clear error, within 2 s and 500 MB. Prints a line for each reader and one for all.

  --keep DIR  keep the inputs that broke something there

Exit status: 0 nothing broke, 1 something did.`;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (values.keep) mkdirSync(values.keep, { recursive: true });
const env = {
  NST_FUZZ: values.inputs,
  NST_FUZZ_SEED: values.seed,
  ...(values.keep && { NST_FUZZ_KEEP: values.keep }),
};
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/fuzz', '--silent=false'],
  {
    cwd: new URL('..', import.meta.url).pathname,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  },
);
process.exit(status ?? 1);
