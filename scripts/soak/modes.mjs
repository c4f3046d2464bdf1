// The ways of working that are killed and gone on with.
import { optionsOf } from '../../dist/index.js';

/** Enough for every part of the program to take part; every frame is small and quick. */
const LOOK = ['--size', '96', '--iterations', '6,4', '--threads', '1', '--flow', 'medium'];
const PASSES = ['--passes', '4', '--pass-iterations', '3', '--temporal-after', '2'];

/**
 * What each mode adds to the command line. `before` is run to its end first, and not killed. `encode` encodes the work
 * folder that `before` has made.
 */
const ALL = {
  single: { args: [] },
  long: { args: ['--long-term', '1,2,4'] },
  passes: { args: PASSES },
  'passes kept': { args: [...PASSES, '--keep-passes'] },
  loop: { args: [...PASSES, '--loop'] },
  parallel: { args: ['--parallel', '2'] },
  masks: { args: ['--mask', '1=luma:0.3-1', '--mask-feather', '2'] },
  dream: { args: ['--dream', 'relu3_1'] },
  'from-frame': { before: [], args: ['--from-frame', '3', '--style-weight', '40'] },
  encode: { before: [], encode: true, args: ['--crf', '20'] },
};

const flags = new Set(optionsOf('film').map(({ flag }) => flag));
const missing = ({ args }) => args.filter((arg) => arg.startsWith('--') && !flags.has(arg));

/** The modes that this build of the program has, by name. */
export const MODES = Object.fromEntries(Object.entries(ALL).filter(([, mode]) => missing(mode).length === 0));

/** The others, with the options they wait for. */
export const LEFT_OUT = Object.fromEntries(
  Object.entries(ALL).flatMap(([name, mode]) => (missing(mode).length > 0 ? [[name, missing(mode)]] : [])),
);

/** The command lines of a mode whose files are named after `base`: to run before, and to be killed. */
export function commandsOf({ args, before, encode }, { film, style, base }) {
  const output = ['-o', `${base}.mp4`, '--overwrite', '--quiet'];
  const work = `${base}.nst`;
  const render = [film, '--style', style, ...LOOK, ...output, '--work', work];
  return {
    before: before && [...render, ...before],
    killed: encode ? ['encode', work, ...output, ...args] : [...render, ...args],
  };
}
