import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { lbfgs } from '../../dist/nst/lbfgs.js';
import { minimise } from '../../dist/nst/minimise.js';

export const WEIGHTS = { content: 5, style: 100, temporal: 0, tv: 1e-3 };
const NEVER = { every: 50, relativeChange: 0 };

/** The energy of a content picture and a painting under one network, as a function of the image. */
export async function energyUnder(network, runtime, content, painting, weights = WEIGHTS) {
  const sessions = new EnergySessions(network, runtime, DEFAULT_FORM);
  await sessions.setStyles([{ picture: painting, weight: 1 }]);
  const evaluate = await sessions.energyOf({ content, weights });
  return { evaluate, dispose: () => sessions.dispose() };
}

/**
 * Minimises from the content picture with a number of evaluations; also the images at the evaluations named.
 */
export async function paint(evaluate, content, evaluations, marks = []) {
  const states = new Map();
  let count = 0;
  const { image } = await minimise({
    start: content.data,
    evaluate: (x) => {
      if (marks.includes(count)) states.set(count, x.slice());
      count++;
      return evaluate(x);
    },
    optimiser: lbfgs(),
    iterations: evaluations - 1,
    stop: NEVER,
  });
  return { picture: { ...content, data: rounded(image) }, states };
}

/** As an 8-bit file would hold it. */
const rounded = (data) => data.map((v) => Math.round(Math.min(255, Math.max(0, v))));

export function cosine(a, b) {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb);
}
