import { resizePlane } from '../../flow/resize_flow.js';
import { enlargePainting, resizePicture } from '../../frames/resize.js';
import type { FrameSolver, SolveResult } from '../../nst/solver.js';
import type { Picture } from '../../picture.js';
import type { JobContext } from '../job.js';
import type { Settings } from '../options/setting_types.js';
import { freshStart } from './ground.js';
import { countedOn, type FrameRequest, solveRequest } from './minimising.js';
import { setStyles, type WeightedStyle } from './style_pictures.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A side below this has no pixels left in the deepest layer. */
export const MIN_SIDE = 16;

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

/** A frame without a predecessor. */
export interface FreshFrame extends Pick<FrameRequest, 'content' | 'masks' | 'at'> {
  readonly solver: FrameSolver;
  /** As they count for it, at the size they have beside it. */
  readonly styles: readonly WeightedStyle[];
  /** The picture of `--init FILE`. */
  readonly given?: Picture;
}

/** What a minimisation at a smaller size recorded. */
export type CoarserRecord = Size & { readonly iterations: SolveResult['energies'] };

/** What came of the last size; its iterations are counted on from those of the sizes before. */
export interface FreshResult extends SolveResult {
  /** What the minimisations at smaller sizes recorded, in order. */
  readonly coarser: readonly CoarserRecord[];
}

/**
 * Paints a frame without a predecessor: small first, then the enlarged painting on at the next size, after Gatys et
 * al. 2017 ("Controlling perceptual factors in neural style transfer", section 6). The network sees a fixed number of
 * pixels: in a large frame that is a small part, and only fine strokes are found there. Broad ones are laid down while
 * the frame is small, and stay. So a draft predicts the final, which was such a draft once.
 *
 * Iterations are told as counted over all sizes.
 */
export async function paintFresh(
  { solver, content, masks, styles, given, at }: FreshFrame,
  settings: Settings,
  context: JobContext,
): Promise<FreshResult> {
  const { first } = settings.iterations;
  // Without iterations a frame is its own start: nothing coarse may show through.
  const sizes = ladder(content, first > 0 ? settings.coarsest : 0);
  const counts = iterationsOf(sizes.length, first);
  const total = counts.reduce((a, b) => a + b);
  let before = 0;
  const paint = async (here: Picture, start: Picture, iterations: number): Promise<SolveResult> => {
    const request = { content: here, masks, start, iterations, at, counted: { before, total } };
    const solved = await solver.solve(solveRequest(request, settings, context));
    const energies = countedOn(solved.energies, before);
    before += iterations;
    return { ...solved, energies };
  };
  const coarser: CoarserRecord[] = [];
  let painted: Picture | undefined;
  for (const [k, { width, height }] of sizes.slice(0, -1).entries()) {
    const here = resizePicture(content, width, height);
    const small = scaledStyles(styles, width / content.width);
    await setStyles(solver, small);
    const start = painted
      ? enlargePainting(painted, width, height)
      : freshStart(here, small, settings, { given, masks });
    const { picture, energies } = await paint(here, start, counts[k]);
    coarser.push({ width, height, iterations: energies });
    painted = picture;
  }
  await setStyles(solver, styles);
  const start = painted
    ? enlargePainting(painted, content.width, content.height)
    : freshStart(content, styles, settings, { given, masks });
  return { ...(await paint(content, start, counts[counts.length - 1])), coarser };
}

/** The paintings at the size they have beside a smaller frame. */
export function scaledStyles(styles: readonly WeightedStyle[], scale: number): WeightedStyle[] {
  return styles.map((style) => scaled(style, scale));
}

function scaled(style: WeightedStyle, scale: number): WeightedStyle {
  const { picture, mask } = style;
  const side = (length: number) => Math.max(MIN_SIDE, Math.round(length * scale));
  const [width, height] = [side(picture.width), side(picture.height)];
  const small = { ...style, picture: resizePicture(picture, width, height) };
  return mask ? { ...small, mask: resizePlane(mask, width, height) } : small;
}
