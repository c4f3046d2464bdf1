import { flowPicture, flowRange } from '../../flow/flow_picture.js';
import { createPicture, type Picture, type Plane } from '../../picture.js';
import { weightedSquares } from '../../temporal/consistency.js';
import type { ScoreMotion } from './score_motion.js';
import type { FrameError } from './score_report.js';
import type { FramePair, ScoredFilms } from './scored_films.js';

/** How many frames are shown. */
const SHOWN = 4;
/** Neighbours show the same flaw: frames nearer than this to a worse one give way while there are others. */
const APART = 5;
/** Differences of painted frames are small: they are shown so many times as large. */
export const AMPLIFIED = 6;

/** One of the frames with the greatest error, with all that its error is made of; pictures of one size. */
export interface WorstFrame {
  readonly error: FrameError;
  readonly distance: number;
  readonly source: Picture;
  readonly stylised: Picture;
  /** The earlier stylised frame, moved along. */
  readonly warped: Picture;
  /** c·|x − ω|, `AMPLIFIED` times. */
  readonly difference: Picture;
  /** Colours for the motion to the earlier frame; `fullColour` px have full colour. */
  readonly flow: Picture;
  readonly fullColour: number;
  /** White where the motion is certain. */
  readonly certainty: Picture;
}

/** The frames with the greatest errors over all pixels, worst first, not all from one moment. */
export function chooseWorst(errors: readonly FrameError[]): FrameError[] {
  const sorted = [...errors].filter(({ all }) => all > 0).sort((a, b) => b.all - a.all || a.frame - b.frame);
  const chosen: FrameError[] = [];
  for (const apart of [APART, 1])
    for (const error of sorted)
      if (chosen.length < SHOWN && chosen.every((c) => Math.abs(c.frame - error.frame) >= apart))
        chosen.push(error);
  return chosen.sort((a, b) => b.all - a.all || a.frame - b.frame);
}

/** Decodes those frames once more and works out what the report shows of them, one after the other. */
export async function* showWorst(
  films: ScoredFilms,
  motion: ScoreMotion,
  worst: readonly FrameError[],
  distance: number,
  signal: AbortSignal,
): AsyncGenerator<WorstFrame> {
  const byFrame = new Map(worst.map((error) => [error.frame, error]));
  const needed = new Set(worst.flatMap(({ frame }) => [frame - distance, frame]));
  const recent = new Map<number, FramePair>();
  const ascending = [...needed].sort((a, b) => a - b);
  for await (const pair of films.read(ascending, signal)) {
    recent.set(pair.frame, pair);
    const error = byFrame.get(pair.frame);
    if (!error) continue;
    const earlier = recent.get(pair.frame - distance) as FramePair;
    for (const old of recent.keys()) if (old <= earlier.frame - distance) recent.delete(old);
    const { source, stylised } = pair;
    const { flow, certainty } = await motion.between(pair.frame, distance, source, earlier.source, signal);
    const { warped, weights } = weightedSquares(stylised, earlier.stylised, flow, certainty);
    const fullColour = Number(flowRange(flow).toPrecision(3));
    yield {
      ...{ error, distance, source, stylised, warped, fullColour },
      difference: differencePicture(stylised, warped, weights),
      flow: flowPicture(flow, fullColour),
      certainty: greyPicture({ ...certainty, data: weights }),
    };
  }
}

function differencePicture(x: Picture, warped: Picture, weights: Float32Array): Picture {
  const { width, height } = x;
  const picture = createPicture(width, height);
  for (let i = 0; i < picture.data.length; i++) {
    const c = weights[i % (width * height)];
    if (c > 0) picture.data[i] = AMPLIFIED * c * Math.abs(x.data[i] - warped.data[i]);
  }
  return picture;
}

/** A plane of 0..1 as black to white. */
function greyPicture({ width, height, data }: Plane): Picture {
  const picture = createPicture(width, height);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = 255 * data[i % (width * height)];
  return picture;
}
