// The classical run, and what evaluates energies for it: every network and painting as the program uses them.
import { createRuntime } from '../../../dist/engine/index.js';
import { DEFAULT_FORM } from '../../../dist/nst/energy_form.js';
import { EnergySessions } from '../../../dist/nst/energy_sessions.js';
import { lbfgs } from '../../../dist/nst/lbfgs.js';
import { minimise } from '../../../dist/nst/minimise.js';
import { loadNetwork } from '../../../dist/nst/network.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import { DEFAULTS } from '../../../dist/render/options/defaults.js';
import { energyWeights } from '../../../dist/render/paint/minimising.js';
import { readStyles } from '../../../dist/render/paint/style_pictures.js';

export const WEIGHTS = energyWeights(DEFAULTS);
export const THREADS = 1;
const NEVER = { every: 50, relativeChange: 0 };

/** Energies of pictures of one size, under a network file and a painting. */
export async function openEnergies(networkPath, painting, size) {
  const network = await loadNetwork(networkPath);
  const sessions = new EnergySessions(network, createRuntime('onnx', { threads: THREADS }), DEFAULT_FORM);
  await sessions.setStyles(await readStyles({ ...DEFAULTS, style: [painting] }, size, () => {}));
  return sessions;
}

/** @returns the picture, the least energy after each evaluation, and the seconds of all. */
export async function classicalRun(sessions, targets, evaluations, seed) {
  const evaluate = await sessions.energyOf({ ...targets, weights: WEIGHTS });
  const { width, height } = targets.content;
  const began = performance.now();
  const { image, records } = await minimise({
    start: noisePicture(width, height, seed).data,
    evaluate,
    optimiser: lbfgs({ history: 10 }),
    iterations: evaluations - 1,
    stop: NEVER,
  });
  const seconds = (performance.now() - began) / 1000;
  return { picture: { width, height, data: image }, leasts: leastsOf(records), seconds };
}

/** Least energy so far, evaluation by evaluation. */
export function leastsOf(records) {
  let least = Number.POSITIVE_INFINITY;
  return records.map(({ energy }) => {
    least = Math.min(least, energy);
    return least;
  });
}

/** How many evaluations it took to come down to an energy; null where it was not reached. */
export function reached(leasts, energy) {
  const at = leasts.findIndex((least) => least <= energy);
  return at < 0 ? null : at + 1;
}
