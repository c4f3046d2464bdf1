// The ways of painting that are compared, each one step on from the one before.
import { optionsOf } from '../../dist/index.js';

/** Iterations of a first frame and of every following one: a draft's. */
const ITERATIONS = { first: 40, next: 15 };
/** Three times to the end and back; the temporal term enters in the middle, as the paper's eighth of fifteen passes. */
const PASSES = { passes: 6, passIterations: 12, temporalAfter: 3 };

/** What each method is called in the table, and the options it differs by from the program's defaults. */
export const METHODS = {
  noise: {
    title: 'each frame alone, from noise',
    options: { init: 'noise', initNext: 'alone', temporalWeight: 0 },
  },
  alone: { title: 'each frame alone', options: { initNext: 'alone', temporalWeight: 0 } },
  previous: {
    title: 'start from the previous frame',
    options: { initNext: 'previous', temporalWeight: 0 },
  },
  warped: { title: 'start from the warped previous frame', options: { temporalWeight: 0 } },
  short: { title: '+ short-term loss (the default)', options: {} },
  long: { title: '+ long-term loss', options: { longTerm: '1,10,20,40' } },
  multipass: { title: 'multipass', options: PASSES },
};

/** All options of a run but its files. */
export function settingsOf(method, network) {
  return { iterations: ITERATIONS, network, size: 192, ...METHODS[method].options };
}

/** The options of a method that this build of the program does not have. */
export function missingOptions(method) {
  const known = new Set(optionsOf('film').map(({ name }) => name));
  return Object.keys(METHODS[method].options).filter((name) => !known.has(name));
}
