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

const QUIET = ['--quiet', '--overwrite'];
const TINY = ['--size', '64', '--iterations', '3,2', '--threads', '1'];

/**
 * Modes whose files are of many kinds: all that lies in a folder of their own is compared. `during` says what is wrong after
 * a kill; `final` is what goes on after one, where that is another command.
 */
const FOLDERS = {
  memory: film('--memory', '250MB'),
  'parallel long': film('--parallel', '2', '--long-term', '1,2'),
  'passes parallel': film(...PASSES, '--keep-passes', '--parallel', '2'),
  'mask film': film('--mask', (d) => `1=${d.film}`, '--mask-feather', '1'),
  'mask carried': film('--mask', (d) => `1=${d.painting}`, '--mask-carry'),
  'content-match': film('--colour', 'content-match'),
  'styles over time': film('--style', (d) => d.other, '--style-at', '0:1,0', '--style-at', '4:0,1'),
  pictures: { killed: (d) => [d.film, '-s', d.style, ...LOOK, ...QUIET, '-o', `${d.folder}/o/`] },
  webm: { killed: (d) => [d.film, '-s', d.style, ...LOOK, ...QUIET, '-o', `${d.folder}/o.webm`] },
  image: still('image'),
  texture: { killed: (d) => ['texture', d.style, ...TINY, ...QUIET, '-o', `${d.folder}/o.png`] },
  invert: {
    killed: (d) => ['invert', d.style, '--layer', 'relu2_1', ...TINY, ...QUIET, '-o', `${d.folder}/o.png`],
  },
  'sweep image': still('image', '--sweep', 'style-weight=10,100'),
  'sweep film': film('--frames', '0-2', '--sweep', 'style-weight=10,100'),
  flow: { killed: (d) => flow(d, 'o') },
  'flow-dir': {
    before: (d) => flow(d, 'flow'),
    killed: (d) => [...render(d), '--flow-dir', `${d.folder}/flow`],
  },
  score: {
    before: render,
    killed: (d) => [
      'score',
      d.film,
      `${d.folder}/o.mp4`,
      '-s',
      d.style,
      ...QUIET,
      '-o',
      `${d.folder}/report`,
    ],
  },
  curves: still('curves'),
  'encode pictures': {
    before: render,
    killed: (d) => ['encode', `${d.folder}/o.mp4.nst`, ...QUIET, '-o', `${d.folder}/pictures/`],
  },
  'shots sheet': { killed: (d) => ['shots', d.film, '--overwrite', '-o', `${d.folder}/o.png`] },
  restart: {
    before: render,
    killed: (d) => [...render(d), '--restart', '--style-weight', '33'],
    final: (d) => [...render(d), '--style-weight', '33'],
  },
  'continue-pass': {
    before: (d) => [...render(d), ...PASSES, '--keep-passes'],
    killed: (d) => [...render(d), ...PASSES, '--keep-passes', '--continue-pass', '2', '--style-weight', '60'],
  },
};

function render(d) {
  return [d.film, '-s', d.style, ...LOOK, ...QUIET, '-o', `${d.folder}/o.mp4`];
}

function film(...more) {
  return { killed: (d) => [...render(d), ...more.map((one) => (typeof one === 'function' ? one(d) : one))] };
}

function still(command, ...more) {
  return {
    killed: (d) => [
      command,
      d.style,
      '-s',
      d.style,
      ...TINY,
      ...more,
      ...QUIET,
      '-o',
      `${d.folder}/o${more.length > 0 || command === 'curves' ? '' : '.png'}`,
    ],
  };
}

function flow(d, name) {
  return ['flow', d.film, '--size', '96', '--threads', '1', '--quiet', '-o', `${d.folder}/${name}`];
}

/** The modes that are compared by all their files, by name. */
export const FOLDER_MODES = FOLDERS;

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
