import { resizePicture } from '../frames/resize.js';
import type { FrameSolver, SolveOptions, SolveResult } from '../nst/solver.js';
import type { Picture } from '../picture.js';
import type { Settings } from './defaults.js';
import { energyWeights, freshStart, stopRule } from './minimising.js';
import type { WeightedStyle } from './style_pictures.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A side below this has no pixels left in the deepest layer. */
const MIN_SIDE = 16;

/**
 * The sizes a frame without a predecessor is painted at, the last its own. The first has a long side of `coarsest`
 * px, however large the last one is, so that frames of all sizes begin as the same small picture; the steps between
 * are equal and as near to 2 as can be. One size alone for `coarsest` 0, and for frames less than √2 times as long.
 */
export function ladder(frame: Size, coarsest: number): Size[] {
  const long = Math.max(frame.width, frame.height);
  const steps = coarsest > 0 ? Math.max(0, Math.round(Math.log2(long / coarsest))) : 0;
  const sizes: Size[] = [];
  for (let k = 0; k < steps; k++) {
    const scale = (coarsest / long) ** (1 - k / steps);
    const size = { width: Math.round(frame.width * scale), height: Math.round(frame.height * scale) };
    if (Math.min(size.width, size.height) >= MIN_SIDE) sizes.push(size);
  }
  return [...sizes, { width: frame.width, height: frame.height }];
}

/** Iterations at each size of a ladder. */
export function iterationsOf(sizes: number, first: number): number[] {
  return Array.from({ length: sizes }, (_, k) => (k === 0 ? first : Math.ceil(first / 2)));
}

export interface FreshFrame extends Pick<SolveOptions, 'signal'> {
  readonly solver: FrameSolver;
  readonly content: Picture;
  /** As the solver has them, at the frame's area. */
  readonly styles: readonly WeightedStyle[];
  readonly settings: Settings;
  /** Iterations are counted on over all sizes; `iterations` is their sum. */
  readonly onIteration: (record: SolveResult['energies'][number], iterations: number) => void;
}

/**
 * Paints a frame without a predecessor: small first, then the enlarged painting on at the next size, after Gatys et
 * al. 2017 ("Controlling perceptual factors", section 6). The network sees a fixed number of pixels: at a large size
 * that is a small part of the frame, where only fine strokes are found; broad ones are laid down where the frame is
 * small, and last. So a draft predicts the final, which was itself a draft once.
 *
 * @returns What was found at the last size, the records of all sizes in order.
 */
export async function paintFresh(frame: FreshFrame): Promise<SolveResult> {
  const { solver, content, styles, settings, signal } = frame;
  // Without iterations a frame is its own start: nothing coarse may show through.
  const sizes = ladder(content, settings.iterations.first > 0 ? settings.coarsest : 0);
  const counts = iterationsOf(sizes.length, settings.iterations.first);
  const total = counts.reduce((a, b) => a + b);
  const energies: SolveResult['energies'][number][] = [];
  let evaluations = 0;
  let before = 0;
  let solved: SolveResult | undefined;
  for (const [k, size] of sizes.entries()) {
    const last = k === sizes.length - 1;
    const scale = size.width / content.width;
    const here = last ? content : resizePicture(content, size.width, size.height);
    const stylesHere = last ? styles : styles.map((style) => scaled(style, scale));
    if (sizes.length > 1) await solver.setStyles(stylesHere);
    solved = await solver.solve({
      content: here,
      start: solved
        ? resizePicture(solved.picture, size.width, size.height)
        : freshStart(here, stylesHere, settings),
      weights: energyWeights(settings),
      optimizer: settings.optimizer,
      iterations: counts[k],
      stop: stopRule(settings),
      signal,
      onIteration: (record) => frame.onIteration({ ...record, iteration: before + record.iteration }, total),
    });
    energies.push(...solved.energies.map((r) => ({ ...r, iteration: before + r.iteration })));
    evaluations += solved.evaluations;
    before += counts[k];
  }
  return { ...solved!, energies, evaluations };
}

function scaled({ picture, weight }: WeightedStyle, scale: number): WeightedStyle {
  const side = (length: number) => Math.max(MIN_SIDE, Math.round(length * scale));
  return { picture: resizePicture(picture, side(picture.width), side(picture.height)), weight };
}
