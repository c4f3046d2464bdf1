// A still: the program against the classical run.
import { readPicture } from '../../../dist/frames/picture_file.js';
import { resizePicture } from '../../../dist/frames/resize.js';
import { FrameSolver } from '../../../dist/nst/solver.js';
import { DEFAULTS } from '../../../dist/render/options/defaults.js';
import { paintFresh } from '../../../dist/render/paint/coarse_to_fine.js';
import { energyForm } from '../../../dist/render/paint/minimising.js';
import { readStyles } from '../../../dist/render/paint/style_pictures.js';
import { classicalRun, leastsOf, openEnergies, reached, THREADS } from './classical.mjs';

/** Near the classical energy: its last hundredth takes it hundreds of evaluations. */
const NEAR = 1.01;
/** More than enough for the program. */
const MOST = 400;

/**
 * Both at one size: coarse to fine, as larger stills are painted by default, is for the look (docs/draft.md) and lowers
 * no energy.
 *
 * @returns evaluations and seconds of both, to the classical energy and near it.
 */
export async function measureStill({ name, photo, painting, size }, networkPath, evaluations) {
  const whole = await readPicture(photo);
  const scale = size / Math.max(whole.width, whole.height);
  const content = resizePicture(whole, Math.round(scale * whole.width), Math.round(scale * whole.height));
  const sessions = await openEnergies(networkPath, painting, content);
  const classical = await classicalRun(sessions, { content }, evaluations, 1);
  await sessions.dispose();
  const energy = classical.leasts.at(-1);
  const { leasts, at } = await program(content, painting, networkPath);
  const found = reached(leasts, energy);
  return {
    ...{ name, size: `${content.width}×${content.height}` },
    classical: { energy, near: reached(classical.leasts, NEAR * energy), seconds: classical.seconds },
    ours: {
      evaluations: found,
      near: reached(leasts, NEAR * energy),
      seconds: found === null ? null : at[found - 1],
    },
  };
}

/** The program's way to a still, at one size: `leasts`, and `at` which second each was there. */
async function program(content, painting, networkPath) {
  const settings = {
    ...DEFAULTS,
    ...{
      style: [painting],
      coarsest: 0,
      tolerance: 0,
      runtime: 'onnx',
      precision: 'float32',
      threads: THREADS,
    },
    iterations: { first: MOST, next: 0 },
  };
  const solver = await FrameSolver.start({ networkPath, threads: THREADS, ...energyForm(settings) });
  const at = [];
  const began = performance.now();
  const emit = ({ type }) => type === 'iteration' && at.push((performance.now() - began) / 1000);
  try {
    const styles = await readStyles(settings, content, () => {});
    const place = { frame: 0, place: 1, frames: 1 };
    const signal = new AbortController().signal;
    const { energies } = await paintFresh({ solver, content, styles, at: place }, settings, { emit, signal });
    return { leasts: leastsOf(energies), at };
  } finally {
    await solver.close();
  }
}
