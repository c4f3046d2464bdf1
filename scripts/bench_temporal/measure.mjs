// What is measured of a painted film.
import { FrameSolver } from '../../dist/nst/solver.js';
import { DEFAULTS } from '../../dist/render/options/defaults.js';
import { readStyles } from '../../dist/render/paint/style_pictures.js';
import { temporalError } from '../../dist/temporal/consistency.js';
import { likeness, uncoveredBand } from './regions.mjs';

export const DISTANCES = [1, 5];
/** The program's default, so that energies are those it prints. */
const STYLE_WEIGHT = 100;

/** Evaluates style energies under one network, in a thread of its own. */
export class Judge {
  #solver;
  #style;

  static async start(networkPath) {
    const judge = new Judge();
    judge.#solver = await FrameSolver.start({ networkPath, threads: 1 });
    return judge;
  }

  /** Style energy of a picture, its weight included; `content` only says what size. */
  async style(picture, content) {
    const weights = { content: 0, style: STYLE_WEIGHT, temporal: 0, tv: 0 };
    const { energy } = await this.#solver.evaluate({ image: picture, content, weights });
    return energy;
  }

  /** The painting to judge by, as a film of this size is painted towards it. */
  async look(style, size) {
    const key = `${style} ${size.width}x${size.height}`;
    if (key === this.#style) return;
    await this.#solver.setStyles(await readStyles({ ...DEFAULTS, style: [style] }, size, () => {}));
    this.#style = key;
  }

  close() {
    return this.#solver.close();
  }
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** Temporal error by the true motion at each distance, style energy, and what the scene is made to show. */
export async function measure(subject, painted, sources, judge) {
  const errors = {};
  for (const distance of DISTANCES) {
    const pairs = await subject.pairs(distance);
    if (pairs.length === 0) continue;
    const each = pairs.map(({ frame, other, flow, certain }) =>
      temporalError(painted[frame], painted[other], flow, certain),
    );
    errors[distance] = { all: mean(each.map((e) => e.all)), certain: mean(each.map((e) => e.certain)) };
  }
  const styles = [];
  for (const [i, picture] of painted.entries()) styles.push(await judge.style(picture, sources[i]));
  const measured = { errors, styleEnergy: mean(styles) };
  const { scene } = subject;
  if (scene?.name === 'pole') measured.likeness = likeness(scene, painted, sources);
  if (scene?.name === 'pan')
    measured.band = await uncoveredBand(scene, painted, sources, (picture, content) =>
      judge.style(picture, content),
    );
  return measured;
}
